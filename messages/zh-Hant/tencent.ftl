## 公眾號、企業微信和微信客服的介面，客服和管理員讀的話。

# $account 是 wechat、wecom 或 wecomkf，$code 是平台的錯誤碼。
tencent-token-lost = { $account ->
    [wechat] 微信公眾號
    [wecom] 企業微信
   *[other] 微信客服
}連續 3 次不認我們的憑證（{ $code }），訊息暫時收得到、發不出，已經替您留著。請管理員檢查金鑰（Secret）和 IP 白名單，改好後會自動恢復。
tencent-token-back = { $account ->
    [wechat] 微信公眾號
    [wecom] 企業微信
   *[other] 微信客服
}恢復了，留著的訊息正在按順序發出。
