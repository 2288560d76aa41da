## A promise's clock rings.

clock-first-remind = { $id } 還沒有人回覆業主，只剩 { $minutes } 分鐘。請現在認領並聯絡。
clock-first-breach = 說好 { $minutes } 分鐘內回覆，{ $id } 還沒有人聯絡業主。主管已收到通知，請現在就打電話。
clock-first-sorry = 說好的時間過了，還沒有人回覆您，很抱歉。主管已經知道，會馬上安排人聯絡您；您也可以打 { $phone }。
clock-closing-soon = { $id } 好用嗎？再過 { $hours } 小時沒有新情況，就按已完成處理。沒修好請點「沒修好」。
page-emergency = 緊急：{ $id } 可能有人受傷或房屋受損，請現在就聯絡業主。
clock-late = 約好的 { $span } 已過，{ $id } 還沒有報到。沒來的話，點「沒見到面」說一聲，客服馬上處理。
