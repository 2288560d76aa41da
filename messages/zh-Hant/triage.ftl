## The staff group.

queue-title = 未完成 { $count } 單
queue-state = { $state } { $count } 單
queue-more = 更多{ $state }（共 { $count } 單）
queue-end = 後面沒有了。發 /queue 從頭看。
queue-empty = 現在沒有要處理的服務單。

find-help = 請寫要找的內容：單號、電話、地址或描述裡的詞，例如「/find 世紀大道」。
find-none = 沒有找到「{ $words }」。換個詞試試：單號、完整的電話、社區名。
find-title = 「{ $words }」找到 { $count } 單
find-line = { $what } · { $state }

# The group: somebody writes. The line after it is what they wrote.
staff-message = { $name } 傳來訊息，回覆這一則即可答覆：
staff-asked = { $id } { $name } 問師傅，師傅可以直接答覆；回覆這一條，您也可以答覆：
staff-told = { $id } { $name } 回覆業主：
staff-supplement = { $id } { $name } 補充了情況，回覆這一則即可答覆：
staff-supplement-danger = { $id } { $name } 補充說的疑似{ $danger }。請馬上打電話，或回覆這一則：
# Above the latest of what somebody wrote very fast. $id may be empty.
staff-flood = { $name } 一分鐘內傳來 { $count } 則訊息，最近幾則合在這裡，回覆這一則即可答覆。 { $id }
# $id may be empty.
staff-human = { $name } 想找真人客服，回覆這一則即可答覆。 { $id }

# The homeowner: a human answers. The line after it is the answer. $id may be empty.
reply-from-installer = { $name }回覆 { $id }
reply-from = 客服{ $name }回覆 { $id }
reply-sent = 已傳給業主 { $id }
reply-help = 請寫單號和回覆內容，例如「/r R-1001 師傅下午兩點到」。
reply-nobody = 這則訊息背後沒有業主，沒有傳給任何人。請回覆業主的訊息或服務單卡片，或用「/r 單號 內容」。
reply-nowhere = 業主沒有可以收訊息的聊天，請改打電話 { $phone }。
answer-button = 答覆
answer-ask = 請寫要傳給{ $name }的話，可以帶照片；不想傳了，就點「不填了」。
human-called = 已經告訴客服，最晚 { $by } 有人在這裡回覆您。急的話，請打 { $phone }。

more-actions = 還可以做這些：

offer-pool = 放進搶單池（{ $count } 位師傅）
ask-installer = 派給哪位師傅？點一位，或寫工號、姓名。
offer-others = 看其他 { $count } 位師傅
installer-which = 有幾位同名的師傅，請寫工號：{ $numbers }。
# $number may be empty.
installer = { $name } { $number }

bind-refused = 這個口令不對、用過或過期了。請管理員在私聊裡傳 /bindcode，取一個新的。
bind-public = 這是公開群組，誰都能進來看客戶資料，不能當客服群。請先在群組設定裡改成私人群組，再傳一次。
bind-done = 這裡現在是{ $company }的客服群。新的服務單會出現在這裡，點「認領」就歸您跟進。

## Messages that could not be sent.

dead-retried = 正在重發。
dead-discarded = 好的，不再發了。
dead-gone = 這則訊息已經處理過了。
dead-number = { $name } 的電話：{ $phone }
dead-no-phone = 打不了：對方沒有留電話，或者您還沒有和我私聊過（號碼只傳到私聊）。
dead-call-private = 號碼已經私聊傳給您。
staff-danger = { $name } 正在報修，疑似{ $danger }。請馬上打電話，或回覆這一則

## Filing for a caller.

behalf-ask-phone = 替誰登記？請寫業主的電話。
behalf-ask-name = 怎麼稱呼這位業主？
behalf-filed = 已登記 { $id }，卡片在客服群裡。

staff-code-pause = { $name }在 { $id } 連著 { $count } 次報錯到達碼，{ $minutes } 分鐘內不再收。請打電話問問情況；人確實到了，點「更多」裡的「免碼放行」。
