## 企業微信：卡片、客服群、應用選單；微信客服的歡迎語。

# A card has room for six buttons.
wecom-choose = 回覆數字選擇：
wecom-card-choose = 請選擇
# At most ten characters.
wecom-done = 無需操作
wecom-group-name = 客服群

# At most five characters for the first three, thirteen for the others.
wecom-menu-queue = 看待辦
wecom-menu-jobs = 今日任務
wecom-menu-more = 更多
wecom-menu-new = 登記服務單
wecom-menu-invite = 邀請同事或師傅
wecom-menu-language = 換語言
wecom-menu-help = 使用說明

wecomkf-welcome = 您好。哪裡壞了、想裝什麼，直接寫給我，也可以傳照片。要找真人，回覆「真人客服」。
wecomkf-choose = 請選擇，點文字或回覆數字：

bind-made =
    { $company }的企業微信客服群設好了：我來建群，客服和主管一加入就在群裡。
    新的服務單傳到群裡；群裡回覆業主我看不到，請點業主訊息下面的「答覆」，或在這裡傳「/r 單號 內容」。

hello-code = 同事和師傅：請把邀請口令傳給我。
