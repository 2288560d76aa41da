## The steps that every dialog shares.

form-check = 都对的话，点「确认提交」；要改，点「上一步」。
form-check-how = 都对的话，回「对」或点「确认提交」；要改哪一项，直接写，例如「电话错了」「时间改到周六上午」。
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
form-files-kept = 照片收到，一共 { $count } 个。
form-length = 请用文字写一下，{ $min } 到 { $max } 个字。
form-not-optional = 这一步需要您回答，请点一个选项或写一句话。不想继续，点「不填了」。
# In a group, said once to who goes on talking while something is asked of them.
form-late = 还有一个问题等您回答，刚才这句没有算作回答。要回答，请回复那条问题，或点它下面的选项。
form-stale = 这个问题已经过去了，请看最新的一条消息。
# A draft was put aside for another question; the button goes on with it.
form-waiting = 之前没填完的，给您留着。
form-resume = 接着写
form-resumed = 上次还没写完，都给您留着。我们接着来：
form-cancelled = 好的，停在这里。什么都没有提交，原来的服务单也没有变。
form-said-later = 您刚才还写了这句，要报修就点一下：
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
form-window-which = 上门按时段约。请点一个，离您说的时间最近的在最前面。
form-window-closed = 那天我们不上门。最近能约的是下面这些，请点一个，或写别的日子。
form-window-hours = 那个钟点我们不上门。最近能约的是下面这些，请点一个，或写别的时间。
form-window-soon = 太赶了，至少要提前 { $minutes } 分钟约。最近能约的是下面这些，请点一个。
form-window-busy = 那个时间师傅已经有约。最近能约的是下面这些，请点一个，或写别的时间。
form-window-long = 这段时间太长了。请说是哪一天或哪几天，例如「周六上午」「周末」。

cancel-nothing = 现在没有正在填的内容。想取消一张服务单，请发「查进度」，再点「取消这单」。
form-photos-short = 收到 { $have } 张，还差 { $more } 张。请接着发。
