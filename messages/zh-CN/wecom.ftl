## 企业微信：卡片、客服群、应用菜单；微信客服的欢迎语。

# A card has room for six buttons.
wecom-choose = 回复数字选择：
wecom-card-choose = 请选择
# At most ten characters.
wecom-done = 无需操作
wecom-group-name = 客服群

# At most five characters for the first three, thirteen for the others.
wecom-menu-queue = 看待办
wecom-menu-jobs = 今日任务
wecom-menu-more = 更多
wecom-menu-new = 登记服务单
wecom-menu-invite = 邀请同事或师傅
wecom-menu-language = 换语言
wecom-menu-help = 使用帮助

wecomkf-welcome = 您好。哪里坏了、想装什么，直接写给我，也可以发照片。要找人工，回复「人工」。
wecomkf-choose = 请选择，点文字或回复数字：

bind-made =
    { $company }的企业微信客服群设好了：我来建群，客服和主管一加入就在群里。
    新的服务单发到群里；群里回复业主我看不到，请点业主消息下面的「答复」，或在这里发「/r 单号 内容」。

hello-code = 同事和师傅：请把邀请口令发给我。
