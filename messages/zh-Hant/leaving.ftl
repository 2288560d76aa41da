## Somebody does not work here any more.

telegram-command-dismiss = 替離職的同事辦離職

leaving-choose = 誰離職？點名字，會先給您看一遍再問一次。也可以傳 /dismiss 加工號、電話或名字。
leaving-several = 「{ $said }」對得上幾位，是哪一位？
leaving-more = 還有 { $count } 位沒有列出來，請傳 /dismiss 加工號、電話或名字。
leaving-nobody = 除了您自己，這裡還沒有您能辦離職的人。
leaving-unknown = 沒有人用「{ $said }」這個工號、電話或名字。只傳 /dismiss，可以從名單裡選。
leaving-not-here = 「{ $said }」不在這裡工作，不用辦離職。
leaving-own = 自己不能替自己辦離職，請另一位管理員來辦。
leaving-admins-only = 主管和管理員離職，要由管理員來辦。
leaving-over = { $who }已經不在這裡工作了。以後要回來，用 /invite 再邀請一次。

# «王師傅 W08（師傅）»
leaving-who = { $name }（{ $role }）
leaving-phone = 電話：{ $phone }
leaving-held = 手上還有 { $count } 張沒做完的服務單：
leaving-held-none = 手上沒有沒做完的服務單。
leaving-rest = 另外還有 { $count } 張。
leaving-ask = 確定離職嗎？以後就不能再接單，也看不到業主的資料；工號收回，姓名、電話和做過的紀錄留著。
leaving-yes = 確定離職
leaving-no = 不了
leaving-kept = 好的，{ $who }照常工作，什麼都沒有改。

leaving-done = { $who }已經離職。
leaving-left = 手上留下 { $count } 張沒做完的服務單，請點開，改派或接著跟進：
leaving-offers = 派過去還沒接的 { $count } 張，馬上去問別的師傅。
leaving-codes = 發出去還沒用的 { $count } 個邀請或口令作廢了，需要的話請重新邀請。
leaving-group = 如果人還在客服群裡，請移出群，不然群裡的話還看得到。
leaving-same-phone = 同一個電話還有別的工作帳號，要一起辦的話請點名字：

# To who left.
leaving-told = 您在{ $company }的工作帳號已經停用，不會再收到服務單的訊息。感謝您這段時間的付出。家裡有要修、要裝的，隨時可以寫給我們。
# On the card of a request, for staff.
left-name = { $name }（已離職）
