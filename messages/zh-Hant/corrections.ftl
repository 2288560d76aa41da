## Staff put right what a request says.

ask-correction = 更正什麼？點一項。業主寫的原話不會變。
correct-category = 分類
correct-type = 服務類型
correct-danger = 緊急程度
correct-phone = 電話
correct-home = 地址
correct-ordinary = 普通（沒有危險）
ask-correct-category = 其實是哪一類？點一個。能派給哪些師傅，就按新的分類算。
ask-correct-type = 其實是哪種服務？點一個。
ask-correct-danger = 有沒有危險？有危險就是緊急，馬上按緊急單通知主管；誤報就點「普通」。
ask-correct-phone = 正確的電話是多少？寫完整的號碼。
ask-correct-home = 正確的地址是什麼？寫到門牌號。
correct-same = { $id } 上寫的已經是這樣，沒有改。請換一個答案，或點「不填了」。
correct-kept = { $id } 更正好了，卡片已經改過來。
correct-withdrawn = 問過的師傅做不了更正後的 { $id }，派單已經撤回，請重新派單。

# What was corrected, as the homeowner and the installer read it.
corrected-type = 服務類型從「{ $was }」改為「{ $now }」
corrected-category = 分類從「{ $was }」改為「{ $now }」
corrected-danger = 緊急程度從「{ $was }」改為「{ $now }」
corrected-phone = 聯絡電話改為 { $phone }
corrected-home = 地址改為 { $home }
