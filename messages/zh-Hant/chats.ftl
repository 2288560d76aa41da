## Chats that change, and files that could not be kept.

group-added = 這裡是{ $company }的服務助手。要把這個群組設為客服群，請管理員在私訊裡傳 /bindcode 取口令，再到群組裡傳「/bind 口令」。
# $title may be empty.
group-removed = 我被移出了客服群{ $title }，新的服務單現在沒有群組可傳。請重新拉我進群，再傳 /bindcode 取口令綁定一次。
anonymous-how = 匿名身分沒有權限，我不知道您是誰。請在群組設定裡關閉匿名身分再傳一次，或私訊我。
topics-denied = 客服群裡不能建話題。請把我設為群組管理員，並開啟「管理話題」權限。在那之前，服務單都傳在群組的主聊天裡。
channel-gap = 我停了太久，{ $channel } 上 { $from } 到 { $to } 之間的訊息可能沒有收到。請翻看這段時間的聊天，需要的話聯絡業主。

files-too-big = 有 { $count } 個檔案超過 20 MB，沒能收下。請剪短或壓縮後再傳，也可以截幾張圖。
files-no-space = 照片和檔案暫時存不下，有 { $count } 個沒有收下。請過幾個小時再傳，急的話先用文字寫一下。
files-kind = 有 { $count } 個檔案打不開，沒有收下。請傳照片、影片、語音或 PDF。
files-unseen = 表情和檔案我在這裡看不到。請打字，或傳照片。
files-lost = 有 { $count } 個檔案一直沒有取到。請再傳一次。
files-words-kept = 文字已收到。
files-later = 您傳的檔案還沒有取到，已經記下，我們會再試，不用重傳。
