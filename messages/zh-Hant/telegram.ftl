## Telegram：分享電話的按鈕，和每個角色的指令選單。

telegram-share-phone = 分享我的手機號碼

telegram-command-new = 報修，或預約安裝
telegram-command-status = 查進度
telegram-command-verify = 核對上門師傅的工號
telegram-command-link = 關聯以前的聊天
telegram-command-language = 換語言
telegram-command-help = 使用說明
telegram-command-cancel = 不填了
telegram-command-jobs = 今日任務
telegram-command-queue = 看待辦
telegram-command-find = 加單號、電話或地址，找服務單
telegram-command-show = 加單號，打開一張服務單
telegram-command-r = 加單號和內容，答覆業主
telegram-command-new-behalf = 替來電的業主登記
telegram-command-invite = 邀請同事或師傅
telegram-command-bindcode = 取口令，把一個群設為客服群
telegram-command-share = 推薦有禮
telegram-command-passbook = 存摺
telegram-command-order = 登記訂單
telegram-command-refer = 登記客戶報的推薦碼
telegram-command-family = 登記自己的家人
telegram-command-spend = 用裝修基金付訂單
telegram-command-coupon = 用券付訂單
telegram-command-rewards = 等著交付或批准的獎勵
telegram-command-reviews = 複核和申訴
telegram-command-award = 加年份，發年度獎
telegram-command-bank = 口碑銀行的帳
telegram-command-adjust = 人工加減積分或裝修基金
