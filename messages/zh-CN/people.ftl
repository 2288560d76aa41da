## Hello, language, invitations, and one person on several channels.

hello = 您好，这里是{ $company }。哪里坏了、想装什么，直接写给我，也可以发照片。
scanned = 您扫的是 { $code } 的码。
scanned-home = 您扫的是您家的码：{ $home }。
scanned-next = 它有什么问题？直接写，或点报修。
hello-staff = 您好。服务单在客服群里处理；在这里也可以看待办、找服务单。
hello-installer = 您好。有新单会马上发到这里；手上的活点「今日任务」看。

menu-report = 报修
menu-progress = 查进度
menu-human = 人工
menu-language = 语言
menu-today = 今日任务
menu-queue = 待办
menu-help = 使用帮助

help-staff =
    这些话随时可以发，群里和私聊都行：
    /queue 看待办
    /find 加单号、电话或地址，找服务单
    /show 加单号，打开一张服务单
    /r 加单号和内容，答复业主
    /new 替来电的业主登记（私聊）
    /order 登记订单（私聊）
    /refer 加推荐码和电话，登记推荐人
    /family 登记自己的家人（私聊）
    /rewards 看等着付、等着交的奖励
    /spend 柜台用客户的装修基金
    /coupon 柜台用客户的券
    /language 换语言
    在群里回复业主的消息，或点它下面的「答复」，对方就能收到。
help-manager =
    这些话随时可以发，群里和私聊都行：
    /queue 看待办
    /find 加单号、电话或地址，找服务单
    /show 加单号，打开一张服务单
    /r 加单号和内容，答复业主
    /invite 邀请客服或师傅（私聊）
    /dismiss 有人离职（私聊）
    /new 替来电的业主登记（私聊）
    /order 登记订单（私聊）
    /refer 加推荐码和电话，登记推荐人
    /family 登记自己的家人（私聊）
    /rewards 看等着付、等着交的奖励
    /spend 柜台用客户的装修基金
    /coupon 柜台用客户的券
    /reviews 推荐复核（私聊）
    /award 加年份，发年度奖（私聊）
    /bank 口碑银行一览（私聊）
    /adjust 调整客户的积分或装修基金（私聊）
    /language 换语言
    在群里回复业主的消息，或点它下面的「答复」，对方就能收到。
    已取消、无法受理的服务单，点「更多」可以恢复。
help-admin =
    这些话随时可以发，群里和私聊都行：
    /queue 看待办
    /find 加单号、电话或地址，找服务单
    /show 加单号，打开一张服务单
    /r 加单号和内容，答复业主
    /invite 邀请主管、客服或师傅（私聊）
    /dismiss 有人离职（私聊）
    /bindcode 取口令，把一个群设为客服群（私聊）
    /new 替来电的业主登记（私聊）
    /order 登记订单（私聊）
    /refer 加推荐码和电话，登记推荐人
    /family 登记自己的家人（私聊）
    /rewards 看等着付、等着交的奖励
    /spend 柜台用客户的装修基金
    /coupon 柜台用客户的券
    /reviews 推荐复核（私聊）
    /award 加年份，发年度奖（私聊）
    /bank 口碑银行一览（私聊）
    /adjust 调整客户的积分或装修基金（私聊）
    /language 换语言
    在群里回复业主的消息，或点它下面的「答复」，对方就能收到。
    已取消、无法受理的服务单，点「更多」可以恢复。

language-ask = 想用哪种语言？
language-set = 好的，以后和您说简体中文。
language-zh-CN = 简体中文
language-en = English
language-zh-Hant = 繁體中文

role-admin = 管理员
role-staff = 客服
role-manager = 主管
role-installer = 师傅

# $who is «joined-who», or nothing where no name is known.
joined-who = ，{ $name }
joined-installer = 欢迎加入{ $company }{ $who }。
joined-staff = 欢迎加入{ $company }{ $who }。您现在是客服：新的服务单在客服群里，点「认领」就归您跟进。
joined-manager = 欢迎加入{ $company }{ $who }。您现在是主管：紧急的服务单和超时没人回复的服务单，会马上发到这里。
joined-admin = 欢迎。您现在是{ $company }的管理员。先发 /bindcode 设好客服群，再发 /invite 邀请同事。
name-ask = 怎么称呼您？业主会看到，例如「王店长」。
name-kept = 好的，{ $name }。

invite-ask-role = 邀请谁？
invite-ask-name = 叫什么名字？业主会看到，例如「王师傅」。
invite-ask-number = 工号是多少？业主可以凭工号验证师傅，例如 W08。
invite-ask-phone = 手机号是多少？同事自己和家人的推荐不算奖励，要靠它核对。
invite-number-taken = 工号 { $number } 已经有人用了，请换一个。
invite-ask-skills = 会做哪些？可以选几项，选完点「选好了」。
invite-ask-districts = 跑哪些区？可以选几个；哪里都去，就直接点「选好了」。
invite-ask-photo = 发一张师傅的照片，接单时业主会看到。没有也可以。
invite-made =
    请把这个链接发给{ $name }，只能用一次，{ $until } 前有效：
    { $link }
    打不开，或者对方用的是企业微信，就让对方在那边把这个口令发给我：{ $code }
invite-refused = 这个邀请用过、过期或不对。请向邀请您的人要一个新的；如果您是{ $company }的客户，直接写哪里有问题就行。
invite-own = 这是您自己发出的邀请，转给要加入的人就行。邀请还有效。
invite-no-more = 您已经是{ $role }了，用不着这个邀请。它还有效，请转给要加入的人。
invite-maker-left = 发这个邀请的人已经不能邀请了。请找主管要一个新的邀请。
invite-number-gone = 工号 { $number } 已经是别人的了。请向邀请您的人要一个新的邀请，换一个工号。

bind-code =
    把我拉进客服群，在群里发这一句：
    /bind { $code }
    { $until } 前有效，只能用一次。
bind-code-link =
    用 Telegram 的话，点这个链接选群，会自动绑定：
    { $link }

link-homeowners-only = 工作账号不能这样关联。换手机或换渠道，请主管再发一个邀请。
link-ask-phone = 您以前留的是哪个电话？
link-ask-code = 如果这个号码在我们这里登记过，验证码已发到您原来的聊天里。没看到的话，先在那边随便发一句话，就会收到。请把六位数字写在这里。
link-code = 验证码 { $code }，{ $until } 前有效。有人想把另一个聊天关联到您；不是您本人，请不要告诉任何人。
link-refused = 验证码没有对上。请过一会儿再发 /link 试一次，或直接写给我们，由客服核对。
link-done = 好了，两边的服务单都在这里了。

verify-help = 请写师傅的工号，例如 W08。
verify-yes = 工号 { $number } 是我们的在职师傅。
verify-no = 工号 { $number } 不是我们的在职师傅。请先不要让对方进门，也不要付钱，写一句给我们，客服会核实。
