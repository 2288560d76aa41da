## 公众号、企业微信和微信客服的接口，客服和管理员读的话。

# $account 是 wechat、wecom 或 wecomkf，$code 是平台的错误码。
tencent-token-lost = { $account ->
    [wechat] 微信公众号
    [wecom] 企业微信
   *[other] 微信客服
}连续 3 次不认我们的凭证（{ $code }），消息暂时收得到、发不出，已经替您留着。请管理员检查密钥（Secret）和 IP 白名单，改好后会自动恢复。
tencent-token-back = { $account ->
    [wechat] 微信公众号
    [wecom] 企业微信
   *[other] 微信客服
}恢复了，留着的消息正在按顺序发出。
