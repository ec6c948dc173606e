# Why a document can't be read: each goes on after "name: ", the way `error-document-unreadable` says it.

document-archive-bomb = it unpacks to far more than it should
document-bad-name = its name holds characters that can't be shown, such as a line break
document-changed-while-reading = it was being changed just then; it is read again as soon as it rests
document-empty = there is no text in it
document-encrypted = it is protected by a password
document-gone = it isn't there any more
document-link = it is a link, and links aren't followed; put the document itself there
document-no-access = I'm not allowed to open it
document-no-reader = the program that reads documents can't be started
document-not-a-file = it is no ordinary file
document-not-text = it is named like a text, but it isn't one
document-outside = it lies outside the knowledge folder
document-scanned = it holds only pictures of its pages; run text recognition (OCR) on it first
document-too-large = it is larger than I may read
document-too-much-memory = reading it takes more memory than it may
document-too-much-text = it holds more text than I may take in
document-too-slow = reading it takes longer than it may
document-unknown-kind = I can't read files of this kind
document-unreadable = it is damaged, or it isn't what its name says

error-document-unreadable =
    { $document } can't be read: { $reason ->
    [archive-bomb] { document-archive-bomb }
    [bad-name] { document-bad-name }
    [changed-while-reading] { document-changed-while-reading }
    [empty] { document-empty }
    [encrypted] { document-encrypted }
    [gone] { document-gone }
    [link] { document-link }
    [no-access] { document-no-access }
    [no-reader] { document-no-reader }
    [not-a-file] { document-not-a-file }
    [not-text] { document-not-text }
    [outside] { document-outside }
    [scanned] { document-scanned }
    [too-large] { document-too-large }
    [too-much-memory] { document-too-much-memory }
    [too-much-text] { document-too-much-text }
    [too-slow] { document-too-slow }
    [unknown-kind] { document-unknown-kind }
    [unreadable] { document-unreadable }
   *[other] { $reason }
  }.
