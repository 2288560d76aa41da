## What staff and admins read about our accounts at WeChat and WeCom.

# $account is wechat, wecom or wecomkf, $code the platform's number.
tencent-token-lost = { $account ->
    [wechat] The WeChat Official Account
    [wecom] WeCom
   *[other] WeCom customer service
} has refused our credentials 3 times in a row ({ $code }). Messages still come in, but none go out; they are kept for you. Please ask an admin to check the secret and the IP allow-list. It recovers by itself once that is right.
tencent-token-back = { $account ->
    [wechat] The WeChat Official Account
    [wecom] WeCom
   *[other] WeCom customer service
} works again. The kept messages are going out in order.
