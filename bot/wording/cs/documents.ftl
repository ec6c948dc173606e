# Proč nelze dokument přečíst; každá věta pokračuje po „název: “, jako v `error-document-unreadable`.

document-archive-bomb = po rozbalení je mnohem větší, než by měl být
document-bad-name = v názvu má znaky, které nelze zobrazit, třeba konec řádku
document-changed-while-reading = právě se měnil; přečtu ho znovu, jakmile se ustálí
document-empty = není v něm žádný text
document-encrypted = je chráněný heslem
document-gone = už tam není
document-link = je to odkaz a těmi se neřídím; dejte tam dokument samotný
document-no-access = nemám oprávnění ho otevřít
document-no-reader = nejde spustit program, který dokumenty čte
document-not-a-file = není to obyčejný soubor
document-not-text = jmenuje se jako text, ale text to není
document-outside = leží mimo složku se znalostmi
document-scanned = obsahuje jen obrázky stránek; nejdřív v něm nechte rozpoznat text (OCR)
document-too-large = je větší, než smím číst
document-too-much-memory = při čtení zabírá víc paměti, než smí
document-too-much-text = je v něm víc textu, než smím zpracovat
document-too-slow = čtení trvá déle, než smí
document-unknown-kind = soubory tohoto druhu číst neumím
document-unreadable = je poškozený, nebo není tím, co říká jeho název

error-document-unreadable =
    Soubor { $document } nelze přečíst: { $reason ->
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
