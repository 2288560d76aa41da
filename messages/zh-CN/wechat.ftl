## 公众号：没有按钮的地方怎么选，发不出去的文件，和聊天下面的菜单。菜单的第一层最多四个汉字，第二层最多七个。

wechat-choose = 回复数字选择：
wechat-file-elsewhere = 这个文件在微信里发不出来。需要的话请回复「人工」，客服换个办法发给您。
wechat-file-nameless = 文件

wechat-menu-new = 我要报修
wechat-menu-status = 查进度
wechat-menu-more = 更多
wechat-menu-human = 找人工客服
wechat-menu-verify = 核对师傅工号
wechat-menu-link = 关联以前的聊天
wechat-menu-share = 推荐有礼
wechat-menu-help = 使用帮助
