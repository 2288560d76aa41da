## Words that people type instead of pressing a button, separated by commas. The id is the intent.

say-report_start = 報修,我要報修,維修,我要維修,預約,預約維修,預約安裝,我要安裝,售後,整嘢
say-request_mine = 查進度,進度,查詢進度,到哪了,到哪裡了,我的單,我的服務單,我的報修,什麼時候來,師傅什麼時候來,幾時嚟
say-human = 人工,人工服務,人工客服,真人,真人客服,轉人工,轉真人,找人工,找客服,客服,有人嗎
say-jobs_today = 今天,今日任務,今天的任務,我的任務,今天的活,任務
say-command_queue = 待辦,隊列,待處理
say-command_help = 幫助,選單,使用說明,說明,怎麼用
say-command_start = 開始
say-command_verify = 驗真,核對師傅,核對工號,核對師傅工號,查工號,查師傅
say-command_language = 語言,換語言,切換語言
say-form_cancel = 取消,不填了,退出
say-form_enough = 算了,不用了,不修了
say-form_back = 返回,上一步,後退
say-form_skip = 跳過,略過,沒有,無
say-referral_share = 推薦有禮,推薦,推薦朋友,介紹朋友,推薦碼,我的推薦碼
say-passbook_show = 存摺,我的存摺,積分,我的積分,裝修基金,餘額,優惠券,我的券
say-passbook_statement = 對帳單,存摺對帳單
say-counter_code = 到店使用,付款碼,用裝修基金
say-board_show = 口碑榜,排行榜,排名
say-yes = 同意,好,好的,可以,行,是,是的,嗯,確認,確定,沒問題
