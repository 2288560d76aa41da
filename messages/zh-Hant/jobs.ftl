## The installer.

job-offered = 待接單
job-gone = { $id } 不用您去了，謝謝。有新單馬上告訴您。
job-released = { $id } 由客服另外安排了，您不用上門。
job-asked = { $id } 業主問您：
answer-over = { $id } 現在不由您負責了，沒有發出。需要的話請告訴客服。
job-supplement = 業主給 { $id } 補充了情況：

jobs-title = 手上 { $jobs } 單，待接 { $offers } 單

job-next-offer = 請在 { $minutes } 分鐘內接單或拒單，接單後能看到電話和門牌
job-next-ACCEPTED = 等業主選上門時間，也可以先打電話商量
job-next-SCHEDULED = 按約好的時間點「出發」，不能去請早點「改約」或「轉單」
job-next-EN_ROUTE = 到了門口點「到達」，填業主手機上的到達碼
job-next-IN_PROGRESS = 做完點「完工」，按提示拍照、填寫
job-next-DONE = 等業主確認，您不用再做什麼
job-next-CLOSED = 已經完成，辛苦了
job-next-CANCELLED = 已經取消，不用上門

ask-code = 請填業主手機上的四位到達碼
ask-finish-photos = 請傳完工照片：整體一張，修的地方一張
ask-report = 做了什麼、換了什麼？寫幾句，業主會看到
ask-checks = 最後請確認下面幾項，做到的點一下；都做到了就點「都做到了」
checks-all = 都做到了
checks-rest = 其餘沒做到
checks-none = 都沒做到
ask-unchecked = 沒做到的，是什麼原因？寫一句，業主會看到
