## Hello, language, invitations, and one person on several channels.

hello = 您好，這裡是{ $company }。哪裡壞了、想裝什麼，直接寫給我，也可以傳照片。
scanned = 您掃的是 { $code } 的碼。
scanned-home = 您掃的是您家的碼：{ $home }。
scanned-next = 它有什麼問題？直接寫，或點報修。
hello-staff = 您好。服務單在客服群裡處理；在這裡也可以看待辦、找服務單。
hello-installer = 您好。有新單會馬上傳到這裡；手上的活點「今日任務」看。

menu-report = 報修
menu-progress = 查進度
menu-human = 真人客服
menu-language = 語言
menu-today = 今日任務
menu-queue = 待辦
menu-help = 使用說明

help-staff =
    這些話隨時可以傳，群裡和私聊都行：
    /queue 看待辦
    /find 加單號、電話或地址，找服務單
    /show 加單號，打開一張服務單
    /r 加單號和內容，答覆業主
    /new 替來電的業主登記（私聊）
    /order 登記訂單（私聊）
    /refer 加推薦碼和電話，登記推薦人
    /family 登記自己的家人（私聊）
    /rewards 看等著付、等著交的獎勵
    /spend 櫃檯用客戶的裝修基金
    /coupon 櫃檯用客戶的券
    /language 換語言
    在群裡回覆業主的訊息，或點它下面的「答覆」，對方就能收到。
help-manager =
    這些話隨時可以傳，群裡和私聊都行：
    /queue 看待辦
    /find 加單號、電話或地址，找服務單
    /show 加單號，打開一張服務單
    /r 加單號和內容，答覆業主
    /invite 邀請客服或師傅（私聊）
    /dismiss 有人離職（私聊）
    /new 替來電的業主登記（私聊）
    /order 登記訂單（私聊）
    /refer 加推薦碼和電話，登記推薦人
    /family 登記自己的家人（私聊）
    /rewards 看等著付、等著交的獎勵
    /spend 櫃檯用客戶的裝修基金
    /coupon 櫃檯用客戶的券
    /reviews 推薦複核（私聊）
    /award 加年份，發年度獎（私聊）
    /bank 口碑銀行一覽（私聊）
    /adjust 調整客戶的積分或裝修基金（私聊）
    /language 換語言
    在群裡回覆業主的訊息，或點它下面的「答覆」，對方就能收到。
    已取消、無法受理的服務單，點「更多」可以恢復。
help-admin =
    這些話隨時可以傳，群裡和私聊都行：
    /queue 看待辦
    /find 加單號、電話或地址，找服務單
    /show 加單號，打開一張服務單
    /r 加單號和內容，答覆業主
    /invite 邀請主管、客服或師傅（私聊）
    /dismiss 有人離職（私聊）
    /bindcode 取口令，把一個群設為客服群（私聊）
    /new 替來電的業主登記（私聊）
    /order 登記訂單（私聊）
    /refer 加推薦碼和電話，登記推薦人
    /family 登記自己的家人（私聊）
    /rewards 看等著付、等著交的獎勵
    /spend 櫃檯用客戶的裝修基金
    /coupon 櫃檯用客戶的券
    /reviews 推薦複核（私聊）
    /award 加年份，發年度獎（私聊）
    /bank 口碑銀行一覽（私聊）
    /adjust 調整客戶的積分或裝修基金（私聊）
    /language 換語言
    在群裡回覆業主的訊息，或點它下面的「答覆」，對方就能收到。
    已取消、無法受理的服務單，點「更多」可以恢復。

language-ask = 想用哪種語言？
language-set = 好的，以後和您說繁體中文。
language-zh-CN = 简体中文
language-en = English
language-zh-Hant = 繁體中文

role-admin = 管理員
role-staff = 客服
role-manager = 主管
role-installer = 師傅

# $who is «joined-who», or nothing where no name is known.
joined-who = ，{ $name }
joined-installer = 歡迎加入{ $company }{ $who }。
joined-staff = 歡迎加入{ $company }{ $who }。您現在是客服：新的服務單在客服群裡，點「認領」就歸您跟進。
joined-manager = 歡迎加入{ $company }{ $who }。您現在是主管：緊急的服務單和逾時沒人回覆的服務單，會馬上傳到這裡。
joined-admin = 歡迎。您現在是{ $company }的管理員。先傳 /bindcode 設好客服群，再傳 /invite 邀請同事。
name-ask = 怎麼稱呼您？業主會看到，例如「王店長」。
name-kept = 好的，{ $name }。

invite-ask-role = 邀請誰？
invite-ask-name = 叫什麼名字？業主會看到，例如「王師傅」。
invite-ask-number = 工號是多少？業主可以憑工號驗證師傅，例如 W08。
invite-ask-phone = 手機號是多少？同事自己和家人的推薦不算獎勵，要靠它核對。
invite-number-taken = 工號 { $number } 已經有人用了，請換一個。
invite-ask-skills = 會做哪些？可以選幾項，選完點「選好了」。
invite-ask-districts = 跑哪些區？可以選幾個；哪裡都去，就直接點「選好了」。
invite-ask-photo = 傳一張師傅的照片，接單時業主會看到。沒有也可以。
invite-made =
    請把這個連結傳給{ $name }，只能用一次，{ $until } 前有效：
    { $link }
    打不開，或者對方用的是企業微信，就讓對方在那邊把這個口令傳給我：{ $code }
invite-refused = 這個邀請用過、過期或不對。請向邀請您的人要一個新的；如果您是{ $company }的客戶，直接寫哪裡有問題就行。
invite-own = 這是您自己發出的邀請，轉給要加入的人就行。邀請還有效。
invite-no-more = 您已經是{ $role }了，用不著這個邀請。它還有效，請轉給要加入的人。
invite-maker-left = 發這個邀請的人已經不能邀請了。請找主管要一個新的邀請。
invite-number-gone = 工號 { $number } 已經是別人的了。請向邀請您的人要一個新的邀請，換一個工號。

bind-code =
    把我拉進客服群，在群裡傳這一句：
    /bind { $code }
    { $until } 前有效，只能用一次。
bind-code-link =
    用 Telegram 的話，點這個連結選群組，會自動綁定：
    { $link }

link-homeowners-only = 工作帳號不能這樣關聯。換手機或換管道，請主管再發一個邀請。
link-ask-phone = 您以前留的是哪個電話？
link-ask-code = 如果這個號碼在我們這裡登記過，驗證碼已傳到您原來的聊天裡。沒看到的話，先在那邊隨便傳一句話，就會收到。請把六位數字寫在這裡。
link-code = 驗證碼 { $code }，{ $until } 前有效。有人想把另一個聊天關聯到您；不是您本人，請不要告訴任何人。
link-refused = 驗證碼沒有對上。請過一會兒再傳 /link 試一次，或直接寫給我們，由客服核對。
link-done = 好了，兩邊的服務單都在這裡了。

verify-help = 請寫師傅的工號，例如 W08。
verify-yes = 工號 { $number } 是我們的在職師傅。
verify-no = 工號 { $number } 不是我們的在職師傅。請先不要讓對方進門，也不要付錢，寫一句給我們，客服會核實。
