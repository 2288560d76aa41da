## 公眾號：沒有按鈕的地方怎麼選，發不出去的檔案，和聊天下面的選單。選單的第一層最多四個漢字，第二層最多七個。

wechat-choose = 回覆數字選擇：
wechat-file-elsewhere = 這個檔案在微信裡傳不出來。需要的話請回覆「真人客服」，我們換個辦法傳給您。
wechat-file-nameless = 檔案

wechat-menu-new = 我要報修
wechat-menu-status = 查進度
wechat-menu-more = 更多
wechat-menu-human = 找真人客服
wechat-menu-verify = 核對師傅工號
wechat-menu-link = 關聯以前的聊天
wechat-menu-share = 推薦有禮
wechat-menu-help = 使用說明
