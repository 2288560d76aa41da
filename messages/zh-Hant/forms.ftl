## The steps that every dialog shares.

form-check = 都對的話，點「確認送出」；要改，點「上一步」。
form-check-how = 都對的話，回「對」或點「確認送出」；要改哪一項，直接寫，例如「電話錯了」「時間改到週六上午」。
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
form-files-kept = 照片收到，一共 { $count } 個。
form-length = 請用文字寫一下，{ $min } 到 { $max } 個字。
form-not-optional = 這一步需要您回答，請點一個選項或寫一句話。不想繼續，點「不填了」。
# In a group, said once to who goes on talking while something is asked of them.
form-late = 還有一個問題等您回答，剛才這句沒有算作回答。要回答，請回覆那條問題，或點它下面的選項。
form-stale = 這個問題已經過去了，請看最新的一則訊息。
# A draft was put aside for another question; the button goes on with it.
form-waiting = 之前沒填完的，替您留著。
form-resume = 接著寫
form-resumed = 上次還沒寫完，都替您留著。我們接著來：
form-cancelled = 好的，停在這裡。什麼都沒有送出，原來的服務單也沒有變。
form-said-later = 您剛才還寫了這句，要報修就點一下：
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
form-window-which = 上門按時段約。請點一個，離您說的時間最近的在最前面。
form-window-closed = 那天我們不上門。最近能約的是下面這些，請點一個，或寫別的日子。
form-window-hours = 那個鐘點我們不上門。最近能約的是下面這些，請點一個，或寫別的時間。
form-window-soon = 太趕了，至少要提前 { $minutes } 分鐘約。最近能約的是下面這些，請點一個。
form-window-busy = 那個時間師傅已經有約。最近能約的是下面這些，請點一個，或寫別的時間。
form-window-long = 這段時間太長了。請說是哪一天或哪幾天，例如「週六上午」「週末」。

cancel-nothing = 現在沒有正在填的內容。想取消一張服務單，請傳「查進度」，再點「取消這單」。
form-photos-short = 收到 { $have } 張，還差 { $more } 張。請接著傳。
