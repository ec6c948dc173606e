# What is said about files that came with a question.

attachment-refused = { $reason ->
    [off] I don't take any files with questions here.
    [too-many] I take at most { $limit ->
        [one] one file
       *[other] { $limit } files
      } with a question, so I left out { $name } and what came after it.
    [too-large] { $name } is too large: I take files of up to { NUMBER($limit, maximumFractionDigits: 1) } MB.
    [unseen] { $best ->
        [none] { $pull ->
            [none] I can't see { $name }: the model that answers reads text alone, and none that is installed sees pictures.
           *[other] I can't see { $name }: the model that answers reads text alone, and none that is installed sees pictures. { $pull } would, and can be fetched: /model-pull { $pull }
          }
       *[other] I can't see { $name }: the model that answers reads text alone. { $best } sees pictures: /model { $best } switches to it.
      }
    [not-kept] I no longer have the picture { $name }: I don't keep pictures. Please attach it again.
    [picture-kind] I can't use { $name }: of pictures I take PNG, JPEG and WebP, not moving ones.
    [picture-damaged] I can't use { $name }: the picture is damaged.
    [picture-too-wide] { $name } has too many pixels: I take pictures of up to { $limit } megapixels.
    [archive-bomb] I didn't read { $name }: it unpacks to far more than it should.
    [changed-while-reading] I couldn't read { $name }: it was being changed just then. Please try again.
    [empty] I can't use { $name }: there is no text in it.
    [encrypted] I can't read { $name }: it is protected by a password.
    [gone] I couldn't get { $name }: the file can't be fetched, or isn't there any more.
    [no-access] I can't read { $name }: I'm not allowed to open it.
    [no-reader] I can't read { $name }: the program that reads documents can't be started.
    [not-a-file] I can't use { $name }: it is no ordinary file.
    [not-text] I can't read { $name }: it is named like a text, but it isn't one.
    [scanned] I can't read { $name }: it holds only pictures of its pages. Run text recognition (OCR) on it first.
    [too-much-memory] I gave up reading { $name }: it takes more memory than it may.
    [too-much-text] I can't read { $name }: it holds more text than I may take in.
    [too-slow] I gave up reading { $name }: it takes longer than it may.
    [unknown-kind] I can't read { $name }: I don't know files of this kind.
   *[unreadable] I can't read { $name }: it is damaged, or it isn't what its name says.
  }
error-attachment-refused = { attachment-refused }
notice-attachment-refused = { attachment-refused }
notice-attachment-cut = { $name } is too long to be read whole: I used only its beginning, about { $percent } %.

source-attached = { $name } (attached)
sources-attached-gone = The file that was attached is no longer remembered.

command-attach = Attach a file to your next question
command-attach-path = where the file is; `clear` takes all of them back
attach-title = Attached files
attach-waiting = { $files ->
    [0] No file waits for your next question.
    [one] One file goes with your next question.
   *[other] { $files } files go with your next question.
  }
attach-size = { NUMBER($kilobytes, maximumFractionDigits: 1) } kB
