## A request: its states, what is done with it, and who hears what.

## What staff and installers read.

state-NEW = 待認領
state-TRIAGED = 待派單
state-OFFERED = 派單中
state-ACCEPTED = 待約時間
state-SCHEDULED = 已約好
state-EN_ROUTE = 師傅在路上
state-IN_PROGRESS = 處理中
state-DONE = 待業主確認
state-CLOSED = 已完成
state-CANCELLED = 已取消
state-REJECTED = 無法受理

## What the homeowner reads.

home-state-NEW = 已受理
home-state-TRIAGED = 已確認
home-state-OFFERED = 派單中
home-state-ACCEPTED = 師傅已接單
home-state-SCHEDULED = 已預約
home-state-EN_ROUTE = 師傅已出發
home-state-IN_PROGRESS = 處理中
home-state-DONE = 待您確認
home-state-CLOSED = 已完成
home-state-CANCELLED = 已取消
home-state-REJECTED = 無法受理

## The homeowner's one next step.

next-NEW = 客服會在這裡回覆您，也可能打電話，請留意
next-TRIAGED = 客服正在安排師傅，定下來馬上告訴您
next-OFFERED = 正在等師傅接單，接了馬上告訴您是哪位師傅
next-ACCEPTED = 點「約時間」，選一個您方便的時段
next-SCHEDULED = 到時請家裡留人。師傅出發會告訴您，到了門口再報到達碼
next-EN_ROUTE = 等師傅到了門口，再把到達碼報給師傅
next-IN_PROGRESS = 師傅做完後，請您看一看、試一試
next-DONE = 好了就點「確認完成」，沒好就點「沒修好」
next-CLOSED = 您不用再做什麼。再有問題，直接寫給我們
next-CANCELLED = 您不用再做什麼。還需要的話，直接寫給我們
next-REJECTED = 想再商量，直接寫給我們，客服會回覆您

## What staff do now.

todo-NEW = 點「認領」，然後聯絡業主
todo-complaint = 這是投訴：主管點「認領」，然後聯絡業主
todo-TRIAGED = 點「派單」，選一位師傅或放進搶單池
todo-OFFERED = 等師傅接單，沒人接會回到這裡
todo-ACCEPTED = 等業主選時間，也可以打電話替業主約好
todo-SCHEDULED = 等師傅按時出發
todo-EN_ROUTE = 等師傅到門口，用業主的到達碼報到
todo-IN_PROGRESS = 等師傅完工
todo-DONE = 等業主確認，到期會自動確認。投訴不會，要打電話問業主
todo-CLOSED = 沒有要做的事
todo-CANCELLED = 沒有要做的事，主管可以恢復
todo-REJECTED = 沒有要做的事，主管可以恢復

## Buttons.

action-claim = 認領
action-reject = 無法受理
action-offer = 派單
action-accept = 接單
action-decline = 拒單
action-withdraw = 撤回派單
action-schedule = 約時間
action-reschedule = 改約
action-depart = 出發
action-arrive = 到達
action-override = 免碼放行
action-no_show = 沒見到面
action-finish = 完工
action-reassign = 換師傅
action-hand_over = 轉單
action-confirm = 確認完成
action-not_fixed = 沒修好
action-rate = 評價
action-reopen = 重新打開
action-cancel = 取消這單
action-restore = 恢復
action-called = 已電話聯絡
action-correct = 更正
action-unreached = 電話沒接通
action-urge = 催單
action-ask = 問師傅
action-add = 補充
action-more = 更多

## The timeline. It is read by the homeowner and by staff.

event-file = { $at } 送出服務單
event-supplement = { $at } 補充了情況
event-claim = { $at } 客服{ $who }已接手
event-reject = { $at } 客服{ $who }答覆無法受理
event-offer = { $at } 客服{ $who }開始派單
event-accept = { $at } { $who } 接單
event-decline = { $at } { $who } 沒有接單
event-expire = { $at } 逾時沒人接單
event-withdraw = { $at } { $who } 撤回派單
event-schedule = { $at } { $who } 約好上門時間
event-reschedule = { $at } { $who } 改了上門時間
event-depart = { $at } { $who } 出發
event-arrive = { $at } { $who } 到達，開始處理
event-override = { $at } 客服{ $who }確認師傅已到
event-no_show = { $at } 沒有見到面，要重新約時間
event-finish = { $at } { $who } 完工
event-reassign = { $at } 客服{ $who }安排換師傅
event-hand_over = { $at } { $who } 轉單，另找師傅
event-confirm = { $at } 確認完成
event-auto_close = { $at } 到期自動確認完成
event-unreached = { $at } { $who } 打電話沒接通
event-not_fixed = { $at } 反映沒修好
event-rate = { $at } 業主評分
event-reopen = { $at } { $who } 重新打開
event-cancel = { $at } { $who } 取消
event-restore = { $at } { $who } 恢復這一單
event-called = { $at } { $who } 已電話聯絡業主
event-correct = { $at } 客服{ $who }更正了資訊
event-urge = { $at } 業主催單
event-told = { $at } { $who }回覆
event-answered = { $at } 客服{ $who }回覆
event-linked = { $at } 業主換了聊天管道，服務單跟過來了
event-follows = { $at } 以前的一單完成很久了，另開這一單
event-unanswered = { $at } 說好的時間過了，還沒有人回覆業主

## What the homeowner is told.

told-file-homeowner = 收到了，單號 { $id }。最晚{ $by }，客服會聯絡您。
told-claim-homeowner = 客服{ $who }已經接手 { $id }，正在為您安排師傅。
told-reject-homeowner = 很抱歉，{ $id } 我們沒辦法受理。原因：{ $reason }
reject-instead = 您可以打 { $phone }，看看有沒有別的辦法；也可以直接寫在這裡。
told-offer-homeowner = { $id } 已經派出去了，師傅接單後馬上告訴您。
told-accept-homeowner = { $installer } 接了您的單，由這位師傅上門。請點「約時間」。
told-schedule-homeowner = 約好了：{ $span }，{ $installer } 上門。
told-reschedule-homeowner = 上門時間改為 { $span }。原因：{ $reason }
told-depart-homeowner = { $installer } 已經出發。到達碼是 { $code }，等人到了門口再說。
told-arrive-homeowner = { $installer } 已經到了，開始處理。
told-override-homeowner = 客服{ $who }確認 { $installer } 已經到了，開始處理。原因：{ $reason }
told-no_show-homeowner = 這次沒有見到面，請點「約時間」重新選一個時段。原因：{ $reason }
told-finish-homeowner = { $installer } 做完了，請您檢查一下。
finish-photos-more = 還有 { $count } 張完工照片這裡放不下，想看請回一句，客服傳給您。
told-reassign-homeowner = 客服{ $who }正在為您換一位師傅，定下來馬上告訴您。原因：{ $reason }
told-hand_over-homeowner = { $who } 沒辦法繼續這一單，正在為您另找師傅，找到馬上告訴您。原因：{ $reason }
told-hand_over-back-homeowner = { $who } 沒辦法繼續這一單，客服會為您另外安排師傅。原因：{ $reason }
told-confirm-homeowner = 謝謝您，{ $id } 完成了。
told-auto_close-homeowner = { $id } 到期沒有收到新情況，按已完成處理。還有問題，點「重新打開」。
told-unreached-homeowner = { $id } 我們打了兩天電話，沒有聯絡上您，先按已完成處理。還有問題，點「重新打開」。
told-not_fixed-homeowner = 很抱歉沒修好。{ $installer } 會繼續處理，客服也會跟著。
told-not_fixed-back-homeowner = 很抱歉沒修好。客服會聯絡您，重新安排師傅。
told-rate-homeowner = 謝謝您，{ $score } 分已經記下。
told-reopen-homeowner = { $id } 重新打開了，客服會聯絡您，重新安排。
told-cancel-homeowner = { $id } 已經取消。原因：{ $reason }
told-restore-homeowner = { $id } 恢復了，客服會繼續為您安排。原因：{ $reason }
told-urge-homeowner = 已經替您催了，客服會看到，並在這裡回覆您。
told-correct-homeowner = 客服{ $who }更正了 { $id } 的資訊。{ $what }。不對的話，直接寫給我們。

## What staff are told.

told-decline-staff = { $who } 沒接 { $id }，正在等其他師傅。原因：{ $reason }
told-decline-back-staff = { $who } 沒接 { $id }，請重新派單。原因：{ $reason }
told-expire-staff = { $id } 逾時沒人接，正在問下一位師傅。
told-expire-back-staff = { $id } 一直沒人接。請重新派單，或打電話找師傅。
told-hand_over-staff = { $who } 轉出 { $id }，正在等其他師傅。原因：{ $reason }
told-hand_over-back-staff = { $who } 轉出 { $id }，請重新派單。原因：{ $reason }
told-not_fixed-staff = 業主說 { $id } 沒修好，{ $installer } 繼續處理。業主說：{ $reason }
told-not_fixed-back-staff = 業主說 { $id } 沒修好，請聯絡業主，重新派單。業主說：{ $reason }
told-no_show-staff = { $who } 回報 { $id } 沒有見到面，要重新約時間。原因：{ $reason }
told-reopen-staff = { $who } 重新打開了 { $id }，請聯絡業主。原因：{ $reason }
told-restore-staff = { $who } 恢復了 { $id }，請繼續安排。原因：{ $reason }
told-cancel-staff = { $who } 取消了 { $id }。原因：{ $reason }
told-urge-staff = 業主在催 { $id }，請盡快回覆。
told-rate-staff = 業主給 { $id } 打了 { $score } 分。
told-finish-staff = { $installer } 做完了 { $id }，等業主確認。
staff-follows = { $id } 接著 { $before }：那一單完成很久了，業主說又出問題。

## What the installer who holds the job is told.

told-accept-installer = { $id } 歸您了，電話和地址在下面。業主選好時間就告訴您。
told-schedule-installer = { $id } 約好了：{ $span } 上門。
told-reschedule-installer = { $id } 的上門時間改為 { $span }。原因：{ $reason }
told-depart-installer = 已經告訴業主您出發了。到了門口，請業主唸到達碼。
told-arrive-installer = 到達已確認，可以開始了。
told-override-installer = 客服{ $who }已確認您到了，可以開始。原因：{ $reason }
told-no_show-installer = 已經記下 { $id } 沒有見到面，等業主重新約時間。原因：{ $reason }
told-finish-installer = { $id } 完工已送出，等業主確認。
told-confirm-installer = 業主確認 { $id } 完成了，辛苦了。
told-auto_close-installer = { $id } 到期沒有新情況，已按完成處理，辛苦了。
told-unreached-installer = { $id } 兩天沒聯絡上業主，已按完成處理，辛苦了。
told-not_fixed-installer = 業主說 { $id } 沒修好，請打電話約好再去一趟。業主說：{ $reason }
told-cancel-installer = { $id } 取消了，不用上門。原因：{ $reason }
told-correct-installer = 客服{ $who }更正了 { $id } 的資訊。{ $what }。

## What is asked before something is done. The reason is shown to the others on the request.

ask-reason-reject = 為什麼不能受理？選一個或寫一句，業主會看到。
ask-reason-decline = 為什麼不接？換一天可以的話，直接點那一天。
ask-reason-reschedule = 為什麼改時間？選一個或寫一句，對方會看到。
ask-reason-override = 為什麼不用到達碼？選一個或寫一句。
ask-reason-no_show = 怎麼沒見到面？選一個或寫一句。
ask-reason-reassign = 為什麼換師傅？選一個或寫一句，業主會看到。
ask-reason-hand_over = 為什麼轉單？選一個或寫一句，業主會看到。
ask-reason-not_fixed = 很抱歉。哪裡還沒好？寫一句就行。
ask-reason-reopen = 又出了什麼問題？寫一句就行。
cancel-danger = 您說的情況已經記到 { $id }，還沒有取消。還要取消嗎？要取消，點一個原因；不取消，點「不填了」。
ask-reason-cancel = 為什麼取消？選一個或寫一句。
ask-reason-restore = 為什麼恢復？寫一句，業主會看到。

# Why somebody declines: not now, but that day. A button, and what staff read as the reason.
reason-other-day = { DAY($day) }可以

ask-window = 什麼時候上門？點一個時段，或直接寫，例如「週六上午」。

rating-score = { $score } 分
ask-score = 這次服務打幾分？5 分最滿意，幾分都不影響以後的服務。
ask-tags = 主要是哪方面？可以選幾項，也可以直接點「選好了」。
ask-review = 還想說點什麼？可以略過。

action-phone = 看電話
event-note = { $at } { $who } 記了一筆
event-phone_shown = { $at } 客服{ $who }看了業主電話
