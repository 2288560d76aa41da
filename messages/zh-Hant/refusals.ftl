## A rule says no: why, and what is possible instead.

button-stale = 這個按鈕已經不能用了。請看最新的訊息，或直接寫給我們。
refused-role = 這一步要由負責這一單的人來做。有需要請直接寫給我們，客服會幫您。
refused-not-apart = 這一條和您有關：和其中一方同電話或同住址，或者這一單是您登記的。請另一位主管來定。
refused-not-found = 沒有找到這張服務單。請核對單號，或直接寫給我們，客服幫您查。
refused-state = { $id } 現在是「{ $state }」，這一步做不了。請看最新的卡片，能做的都在上面。
refused-stale = { $id } 剛剛有人動過。請看最新的卡片，再點一次。
refused-taken = { $id } 已經有別的師傅接了。謝謝您，有新單馬上告訴您。
refused-not-offered = { $id } 已經不在派了。謝謝您，有新單馬上告訴您。
refused-nobody = 現在沒有合適的師傅：工種、區域對不上，或者都問過了。可以打電話協調，或用 /invite 邀請新師傅。
refused-no-candidates = 暫時沒有別的師傅能接，客服會來安排。
refused-busy = 那個時間師傅已經有約。可以改成：{ $spans }
refused-too-early = 還早，{ $at } 起可以點「出發」。提前太多，業主會白等。
refused-no-code = 還沒有到達碼。請先和業主約好上門時間，碼會出現在業主的手機上。
refused-code = 到達碼不對。請業主再唸一遍手機上的四位數；業主找不到，請客服放行。
refused-code-pause = 到達碼連著 { $count } 次不對，{ $minutes } 分鐘內先不收。已經告訴客服，請等客服放行，或到時再請業主唸一遍。
refused-window-not-over = 約好的時間還沒過，{ $at } 起才能報「沒見到面」。急的話請打電話給對方。
refused-not-soon = 完工有一陣了，會由客服重新安排師傅。
refused-rating-late = 評價的時間已經過了。想說的話可以直接寫給我們，客服會看。
refused-reopen-late = 完成超過 { $days } 天，不能再打開這一單。請直接寫哪裡有問題，我們另開一單。
return-late = { $id } 完成很久了，不能再打開。我們接著它另開一單。
refused-complaint = { $id } 是投訴，要等業主說滿意；兩天打電話都沒接通，才能結束。
refused-complaint-hands = { $id } 是投訴，由主管處理，主管已經收到提醒。您可以先回覆業主，請他稍等。
picture-failed = 圖片這次沒能畫出來，您的內容都還在。過一分鐘再點一次；還是不行，直接寫給我們，客服幫您傳。
picture-often = { $minutes } 分鐘裡已經給您畫了 { $count } 次，先歇一會兒。畫好的都還在上面的對話裡，往上翻就能看、能轉發；過幾分鐘再點，就又能畫新的。
refused-not-yet = { $id } 還差條件，這一步現在做不了。
