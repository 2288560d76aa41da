## The steps that every dialog shares.

form-check = 都對的話，點「確認送出」；要改，點「上一步」。
# Which request a question is about, as a chip above it.
form-about = { $id }
form-confirm = 確認送出
form-skip = 略過
form-back = 上一步
form-cancel = 不填了
form-done = 選好了
form-taken = 已選：{ $taken }
form-empty = 這則沒有內容。請寫一句話，或傳一張照片。
form-choose = 請點問題下面的一個選項，或回覆它是第幾個，例如 2。想說別的，先點「不填了」。
form-length = 請用文字寫一下，{ $min } 到 { $max } 個字。
form-not-optional = 這一步需要您回答，請點一個選項或寫一句話。不想繼續，點「不填了」。
form-stale = 這個問題已經過去了，請看最新的一則訊息。
# A draft was put aside for another question; the button goes on with it.
form-waiting = 之前沒填完的，替您留著。
form-resume = 接著寫
form-resumed = 上次還沒寫完，都替您留著。我們接著來：
form-cancelled = 好的，停在這裡。什麼都沒有送出，原來的單子也沒有變。
form-use-later = 用剛才那句話報修

form-photos-none = 沒有照片
form-photos-done = 傳好了
form-photos-have = { $more ->
    [0] 收到 { $count } 個，已經夠了。請點「傳好了」。
   *[other] 收到 { $count } 個，還能再傳 { $more } 個。傳完請點「傳好了」。
}
form-photos-least = { $count ->
    [0] 這個沒有收到，請再傳一次。
   *[other] 至少要 { $count } 張照片，請接著傳。
}

form-window = 沒看懂時間。可以寫「明天下午」「週六上午」「25號晚上」，或點一個時段。
form-window-range = 請選從現在起 { $days } 天以內、還沒過去的時間。

cancel-nothing = 現在沒有正在填的內容。想取消一張服務單，請傳「查進度」，再點「取消這單」。
form-photos-short = 收到 { $have } 張，還差 { $more } 張。請接著發。
