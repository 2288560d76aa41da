## Filing a request.

report-understood = 明白了：{ $what }。還差幾項，一步一步來，很快就好。
report-something = 您說的問題
report-any-time = 什麼時候都行

report-ask-same = 您有一張沒完成的服務單，像是同一件事。補充到那一單，還是另開一單？
report-same-more = 補充到 { $id }
report-same-new = 是新問題
report-same-unfixed = 沒修好 { $id }
report-ask-unfixed = { $id } 記的是師傅已經修好。您說的是這一單沒修好，還是新的問題？
report-ask-problem = 哪裡有問題，或者想裝什麼？像平時說話一樣寫就行。
report-in-files = 都在我傳的語音或照片裡
report-ask-category = 是家裡哪一塊？
report-ask-photos = 傳幾張照片或一段影片，師傅來之前就知道帶什麼。沒有也可以。
report-ask-home = 師傅上門的地址是？請寫社區、樓號和門牌，例如「世紀大道100弄3號樓1202室」。
report-ask-district = 在哪個區？
report-ask-phone = 師傅上門前打哪個電話找您？
report-phone-known = 用 { $phone }
report-ask-window = 什麼時候方便？點一個時段，或直接寫，例如「週六上午」。
report-home-short = 地址再寫詳細一點，師傅才找得到：社區、樓號和門牌。
report-home-which = 您在我們這裡有幾處地址，點一個，或回覆它是第幾個。
report-home-private = 沒有地址，師傅上不了門。電話和門牌只有接單的師傅和客服看得到。想先問價格，點「不填了」，再傳「人工」。
report-phone-wrong = 這個號碼好像不完整。請寫 11 位手機號碼，或帶區號的市話。
report-rest = 後面還有 { $count } 個字，送出時一起交給客服
report-window-over = 之前選的時間已經過了，其他的都為您留著。請再選一個時間。
report-noted = 這句話也寫進去了，請再看一下：
report-summary = 請核對

consent-ask = 同意的話，我們接著問地址和電話。
consent-agree = 同意
consent-needed = 沒有您的同意，我們不會記錄地址和電話。想先問問，可以打 { $phone }，客服幫您登記。

## What is written outside a form.

ask-the-installer = 想問{ $name }什麼？寫一句，或傳照片。
ask-passed-on = 已經轉給{ $name }，客服也看得到，最晚 { $by } 會有人在這裡回覆您。
ask-nobody = { $id } 現在還沒有師傅可以問。請點「人工」問客服。
supplement-ask = 給 { $id } 補充什麼？寫一句，或傳照片。
supplement-kept = 已經記到 { $id }，客服會看到，需要時在這裡回覆您。
supplement-danger = { $id } 已按緊急處理，最晚 { $by } 客服會聯絡您。
# There is nobody here who could read it.
nobody-hears = 這裡現在沒有客服能看到訊息，請直接打 { $phone }。
supplement-files-kept = 這一組共收到 { $count } 個，都已記到 { $id }。
passed-on-work = 已經轉給客服，最晚 { $by } 有人在這裡回覆您。手上的活傳「今日任務」看。
passed-on-only = 已經轉給客服，最晚 { $by } 有人在這裡回覆您。
passed-on = 已經轉給客服，最晚 { $by } 有人在這裡回覆您。如果是要報修，點一下「報修」，我馬上登記。
progress-none = 您還沒有服務單。哪裡壞了，直接寫給我就行，例如「廚房水龍頭一直滴水」。
progress-others = 還有 { $count } 單沒有辦完，點單號看：
progress-line = { $what } · { $state }
told-file-for-you = 客服已替您登記，單號 { $id }。
