## Words that people type instead of pressing a button, separated by commas. The id is the intent.

say-report_start = 报修,我要报修,维修,我要维修,预约,预约维修,预约安装,我要安装,售后,提交报修
say-request_mine = 查进度,进度,查询进度,到哪了,到哪里了,我的单,我的服务单,我的报修,什么时候来,师傅什么时候来
say-human = 人工,人工服务,人工客服,转人工,找人工,找客服,客服,真人,有人吗
say-jobs_today = 今天,今日任务,今天的任务,我的任务,今天的活,任务,接单列表
say-command_queue = 待办,队列,待处理
say-command_help = 帮助,菜单,使用帮助,怎么用
say-command_start = 开始
say-command_verify = 验真,核对师傅,核对工号,核对师傅工号,查工号,查师傅
say-command_language = 语言,换语言,切换语言
say-form_cancel = 取消,不填了,退出
say-form_enough = 算了,不用了,不修了
say-form_back = 返回,上一步,后退
say-form_skip = 跳过,没有,无,略过
say-referral_share = 推荐有礼,推荐,推荐朋友,介绍朋友,推荐码,我的推荐码
say-passbook_show = 存折,我的存折,积分,我的积分,装修基金,余额,优惠券,我的券
say-passbook_statement = 对账单,存折对账单
say-counter_code = 到店使用,付款码,用装修基金
say-board_show = 口碑榜,排行榜,排名
say-yes = 同意,好,好的,可以,行,是,是的,嗯,确认,确定,没问题
