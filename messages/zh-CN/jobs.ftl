## The installer.

job-offered = 待接单
job-gone = { $id } 不用您去了，谢谢。有新单马上告诉您。
job-released = { $id } 由客服另外安排了，您不用上门。
job-asked = { $id } 业主问您：
answer-over = { $id } 现在不由您负责了，没有发出。需要的话请告诉客服。
job-supplement = 业主给 { $id } 补充了情况：

jobs-title = 手上 { $jobs } 单，待接 { $offers } 单

job-next-offer = 请在 { $minutes } 分钟内接单或拒单，接单后能看到电话和门牌
job-next-ACCEPTED = 等业主选上门时间，也可以先打电话商量
job-next-SCHEDULED = 按约好的时间点「出发」，不能去请早点「改约」或「转单」
job-next-EN_ROUTE = 到了门口点「到达」，填业主手机上的到达码
job-next-IN_PROGRESS = 做完点「完工」，按提示拍照、填写
job-next-DONE = 等业主确认，您不用再做什么
job-next-CLOSED = 已经完成，辛苦了
job-next-CANCELLED = 已经取消，不用上门

ask-code = 请填业主手机上的四位到达码
ask-finish-photos = 请发完工照片：整体一张，修的地方一张
ask-report = 做了什么、换了什么？写几句，业主会看到
ask-checks = 最后请确认下面几项，做到的点一下；都做到了就点「都做到了」
checks-all = 都做到了
checks-rest = 其余没做到
checks-none = 都没做到
ask-unchecked = 没做到的，是什么原因？写一句，业主会看到
