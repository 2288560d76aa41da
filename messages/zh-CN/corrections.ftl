## Staff put right what a request says.

ask-correction = 更正什么？点一项。业主写的原话不会变。
correct-category = 分类
correct-type = 服务类型
correct-danger = 紧急程度
correct-phone = 电话
correct-home = 地址
correct-ordinary = 普通（没有危险）
ask-correct-category = 其实是哪一类？点一个。能派给哪些师傅，就按新的分类算。
ask-correct-type = 其实是哪种服务？点一个。
ask-correct-danger = 有没有危险？有危险就是紧急，马上按紧急单通知主管；误报就点「普通」。
ask-correct-phone = 正确的电话是多少？写完整的号码。
ask-correct-home = 正确的地址是什么？写到门牌号。
correct-same = { $id } 上写的已经是这样，没有改。请换一个答案，或点「不填了」。
correct-kept = { $id } 更正好了，卡片已经改过来。
correct-withdrawn = 问过的师傅做不了更正后的 { $id }，派单已经撤回，请重新派单。

# What was corrected, as the homeowner and the installer read it.
corrected-type = 服务类型从「{ $was }」改为「{ $now }」
corrected-category = 分类从「{ $was }」改为「{ $now }」
corrected-danger = 紧急程度从「{ $was }」改为「{ $now }」
corrected-phone = 联系电话改为 { $phone }
corrected-home = 地址改为 { $home }
