## What every text may contain: lists, money, days and hours.

list-comma = 、
money = { $yuan } 元

weekday-1 = 周一
weekday-2 = 周二
weekday-3 = 周三
weekday-4 = 周四
weekday-5 = 周五
weekday-6 = 周六
weekday-7 = 周日

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

# «明天（周日） 14:00»; $clock may also be a window of hours.
moment-near = { $day } { $clock }
# «11月25日（周三） 14:00»
moment-far = { $day } { $clock }
# A window that ends on another day.
moment-window = { $start } 到 { $end }

## Pieces of other texts.

# A person's own words, as they are.
words = { $words }
# «厨房、水龙头、滴水»
joined = { $parts }
# An agreed or wished window: «明天（周日） 14:00–16:00».
window = { $span }
window-open = 时间待定
# Who left no name; nearly always the homeowner.
somebody = 业主
# Who works here and left no name.
colleague = 同事
# A full address, as its owner wrote it; the door may be empty.
home = { $address } { $door }
# An address without the door, and its district.
area = { $address } · { $district }
# A district that nobody told us.
somewhere = 还没填
no-reason = 没有说明

sorry-later = 刚才出了点问题，没有办成。您的话已经记下，稍后会再试一次；着急的话请再发一遍。
staff-quarantined = 有一条来自 { $channel } 的消息处理失败，已经单独保存，发消息的人还没有得到答复。请联系技术同事查看。
you = 您
