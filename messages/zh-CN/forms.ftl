## The steps that every dialog shares.

form-check = 都对的话，点「确认提交」；要改，点「上一步」。
# Which request a question is about, as a chip above it.
form-about = { $id }
form-confirm = 确认提交
form-skip = 跳过
form-back = 上一步
form-cancel = 不填了
form-done = 选好了
form-taken = 已选：{ $taken }
form-empty = 这条没有内容。请写一句话，或发一张照片。
form-choose = 请点问题下面的一个选项，或回复它是第几个，例如 2。想说别的，先点「不填了」。
form-length = 请用文字写一下，{ $min } 到 { $max } 个字。
form-not-optional = 这一步需要您回答，请点一个选项或写一句话。不想继续，点「不填了」。
form-stale = 这个问题已经过去了，请看最新的一条消息。
# A draft was put aside for another question; the button goes on with it.
form-waiting = 之前没填完的，给您留着。
form-resume = 接着写
form-resumed = 上次还没写完，都给您留着。我们接着来：
form-cancelled = 好的，停在这里。什么都没有提交，原来的单子也没有变。
form-use-later = 用刚才那句话报修

form-photos-none = 没有照片
form-photos-done = 发好了
form-photos-have = { $more ->
    [0] 收到 { $count } 个，已经够了。请点「发好了」。
   *[other] 收到 { $count } 个，还能再发 { $more } 个。发完请点「发好了」。
}
form-photos-least = { $count ->
    [0] 这个没有收到，请再发一次。
   *[other] 至少要 { $count } 张照片，请接着发。
}

form-window = 没看懂时间。可以写「明天下午」「周六上午」「25号晚上」，或点一个时段。
form-window-range = 请选从现在起 { $days } 天以内、还没过去的时间。

cancel-nothing = 现在没有正在填的内容。想取消一张服务单，请发「查进度」，再点「取消这单」。
form-photos-short = 收到 { $have } 张，还差 { $more } 张。请接着发。
