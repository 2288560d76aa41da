## Telegram：分享电话的按钮，和每个角色的命令菜单。

telegram-share-phone = 分享我的手机号

telegram-command-new = 报修，或预约安装
telegram-command-status = 查进度
telegram-command-verify = 核对上门师傅的工号
telegram-command-link = 关联以前的聊天
telegram-command-language = 换语言
telegram-command-help = 使用帮助
telegram-command-cancel = 不填了
telegram-command-jobs = 今日任务
telegram-command-queue = 看待办
telegram-command-find = 加单号、电话或地址，找服务单
telegram-command-show = 加单号，打开一张服务单
telegram-command-r = 加单号和内容，答复业主
telegram-command-new-behalf = 替来电的业主登记
telegram-command-invite = 邀请同事或师傅
telegram-command-bindcode = 取口令，把一个群设为客服群
telegram-command-share = 推荐有礼
telegram-command-passbook = 存折
telegram-command-order = 登记订单
telegram-command-refer = 登记客户报的推荐码
telegram-command-family = 登记自己的家人
telegram-command-spend = 用装修基金付订单
telegram-command-coupon = 用券付订单
telegram-command-rewards = 等着交付或批准的奖励
telegram-command-reviews = 复核和申诉
telegram-command-award = 加年份，发年度奖
telegram-command-bank = 口碑银行的账
telegram-command-adjust = 人工加减积分或装修基金
