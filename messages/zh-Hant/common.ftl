## What every text may contain: lists, money, days and hours.

list-comma = 、
money = { $yuan } 元

weekday-1 = 週一
weekday-2 = 週二
weekday-3 = 週三
weekday-4 = 週四
weekday-5 = 週五
weekday-6 = 週六
weekday-7 = 週日

month-1 = 1月
month-2 = 2月
month-3 = 3月
month-4 = 4月
month-5 = 5月
month-6 = 6月
month-7 = 7月
month-8 = 8月
month-9 = 9月
month-10 = 10月
month-11 = 11月
month-12 = 12月

day-yesterday = 昨天
day-today = 今天
day-tomorrow = 明天（{ $weekday }）
day-this-year = { $month }{ $day }日（{ $weekday }）
day-other-year = { $year }年{ $month }{ $day }日（{ $weekday }）

clock-window = { $start }–{ $end }

# «明天（週日） 14:00»; $clock may also be a window of hours.
moment-near = { $day } { $clock }
# «11月25日（週三） 14:00»
moment-far = { $day } { $clock }
# A window that ends on another day.
moment-window = { $start } 至 { $end }

## Pieces of other texts.

# A person's own words, as they are.
words = { $words }
# «廚房、水龍頭、滴水»
joined = { $parts }
# An agreed or wished window: «明天（週日） 14:00–16:00».
window = { $span }
window-open = 時間待定
# Who left no name; nearly always the homeowner.
somebody = 業主
# Who works here and left no name.
colleague = 同事
# A full address, as its owner wrote it; the door may be empty.
home = { $address } { $door }
# An address without the door, and its district.
area = { $address } · { $district }
# A district that nobody told us.
somewhere = 還沒填
no-reason = 沒有說明

sorry-later = 剛才出了點問題，沒有辦成。您的話已經記下，稍後會再試一次；急的話請再傳一遍。
staff-quarantined = 有一則來自 { $channel } 的訊息處理失敗，已經單獨保存，傳訊息的人還沒有得到答覆。請聯絡技術同事查看。
you = 您
