## 迟到赔: what was not done as promised, and what there is for it.

amends-unanswered = 没有按时回复
amends-late = 师傅过了约好的时间才到
amends-absent = 师傅没有按约上门
amends-put_off = 我们不止一次改了上门时间

amends-made = { $broken }，耽误您了，很抱歉。补给您 { $amount }，已经记进您的存折。
amends-made-staff = { $id }：{ $broken }，已自动补给业主 { $amount }。
rule-amends = 迟到赔
why-amends = 服务单 { $subject }：{ $broken }，公司补给您 { $amount }。
