## A promise's clock rings.

clock-first-remind = { $id } 還沒有人回覆業主，只剩 { $minutes } 分鐘。請現在就聯絡業主。
clock-first-breach = 說好 { $minutes } 分鐘內回覆，{ $id } 還沒有人聯絡業主。請現在就打電話。
clock-first-sorry = 說好的時間過了，還沒有人回覆您，很抱歉。主管已經知道，會馬上安排人聯絡您；您也可以打 { $phone }。
clock-first-sorry-alone = 說好的時間過了，還沒有人回覆您，很抱歉。請直接打 { $phone }。
clock-managers-told = 主管已收到通知。
# Somebody waits for a human. $id may be empty.
clock-person-remind = { $name } 還在等人回覆，請現在就回覆這一則。 { $id }
clock-person-left = 離答應的時間只剩 { $minutes } 分鐘。
clock-person-breach = 說好最晚 { $by } 回覆，{ $name } 還沒有等到人。請現在就回覆這一則。 { $id }
clock-closing-soon = { $id } 好用嗎？再過 { $hours } 小時沒有新情況，就按已完成處理。沒修好請點「沒修好」。
clock-complaint-waits = { $id } 是投訴，業主還沒說滿意，不會自動結束。請打電話問業主，沒接通就點「更多」裡的「電話沒接通」。兩天各打一次都沒接通，才按完成處理。
clock-complaint-soon = { $id } 處理得您滿意嗎？滿意請點「確認完成」，沒解決請點「沒修好」。您沒說之前不會自動結束，我們會打電話問您。
page-emergency = 緊急：{ $id } 可能有人受傷或房屋受損，請現在就聯絡業主。
page-complaint = 投訴：{ $id } 由主管處理，請認領並聯絡業主。
clock-late = 約好的 { $span } 已過，{ $id } 還沒有報到。沒來的話，點「沒見到面」說一聲，客服馬上處理。
