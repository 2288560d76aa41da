## What stands on the cards. A fact is «label：value», so that a page can set it in two columns.

card-title = { $id } { $what }
card-title-emergency = 紧急 · { $id } { $what }
card-emergency = { $danger }，可能伤人或损坏房屋，请优先处理

fact-what = 事项：{ $what }
fact-photos = { $count ->
    [0] 照片：没有
   *[other] 照片：{ $count } 个
}
fact-home = 地址：{ $home }
fact-area = 地址：{ $area }
fact-district = 区域：{ $district }
fact-phone = 电话：{ $phone }
fact-phone-vouched = 电话：{ $phone }（已验证）
fact-wish = 希望时间：{ $wish }
fact-window = 上门时间：{ $span }
fact-fee = 上门费：{ $fen ->
    [0] 不收
   *[other] { MONEY($fen) }
}
fact-installer = 师傅：{ $name }
fact-responsible = 负责人：{ $name }
fact-claimed = 客服：{ $name }
fact-homeowner = 联系人：{ $name } { $phone }
fact-code = 到达码：{ $code }
fact-reason = 原因：{ $reason }
fact-scanned = 扫码：{ $code }
fact-checked = 已检查：{ $checks }
fact-unchecked = 没做到：{ $checks }
fact-report = 完工说明：{ $report }
fact-score = 评分：{ $score } 分
fact-tags = 评价方面：{ $tags }
fact-review = 评价：{ $review }
fact-escalation = 升级：{ $count } 级
fact-repeats = 没修好：{ $count } 次
fact-urges = 催单：{ $count } 次
