# Co se říká o souborech, které přišly s otázkou.

attachment-refused = { $reason ->
    [off] Soubory k otázkám tu nepřijímám.
    [too-many] S jednou otázkou přijímám nejvýše { $limit ->
        [one] jeden soubor
        [few] { $limit } soubory
       *[other] { $limit } souborů
      }, a tak jsem vynechala { $name } a vše, co přišlo po něm.
    [too-large] Soubor { $name } je moc velký: přijímám soubory do { NUMBER($limit, maximumFractionDigits: 1) } MB.
    [unseen] { $best ->
        [none] { $pull ->
            [none] Obrázek { $name } nevidím: model, který odpovídá, čte jen text a žádný nainstalovaný model obrázky nevidí.
           *[other] Obrázek { $name } nevidím: model, který odpovídá, čte jen text a žádný nainstalovaný model obrázky nevidí. Viděl by ho { $pull }, který se dá stáhnout: /model-pull { $pull }
          }
       *[other] Obrázek { $name } nevidím: model, který odpovídá, čte jen text. Obrázky vidí { $best }: přepnete na něj příkazem /model { $best }.
      }
    [not-kept] Obrázek { $name } už nemám: obrázky si neukládám. Přiložte ho prosím znovu.
    [picture-kind] Obrázek { $name } použít nemohu: přijímám PNG, JPEG a WebP, ne pohyblivé obrázky.
    [picture-damaged] Obrázek { $name } použít nemohu: je poškozený.
    [picture-too-wide] Obrázek { $name } má moc bodů: přijímám obrázky do { $limit } megapixelů.
    [archive-bomb] Soubor { $name } jsem nečetla: po rozbalení je mnohem větší, než by měl být.
    [changed-while-reading] Soubor { $name } se nepodařilo přečíst: právě se měnil. Zkuste to prosím znovu.
    [empty] Soubor { $name } použít nemohu: není v něm žádný text.
    [encrypted] Soubor { $name } přečíst nemohu: je chráněný heslem.
    [gone] K souboru { $name } jsem se nedostala: nejde stáhnout, nebo už tam není.
    [no-access] Soubor { $name } přečíst nemohu: nemám oprávnění ho otevřít.
    [no-reader] Soubor { $name } přečíst nemohu: nejde spustit program, který dokumenty čte.
    [not-a-file] { $name } použít nemohu: není to obyčejný soubor.
    [not-text] Soubor { $name } přečíst nemohu: jmenuje se jako text, ale text to není.
    [scanned] Soubor { $name } přečíst nemohu: obsahuje jen obrázky stránek. Nejdřív v něm nechte rozpoznat text (OCR).
    [too-much-memory] Čtení souboru { $name } jsem vzdala: zabírá víc paměti, než smí.
    [too-much-text] Soubor { $name } přečíst nemohu: je v něm víc textu, než smím zpracovat.
    [too-slow] Čtení souboru { $name } jsem vzdala: trvá déle, než smí.
    [unknown-kind] Soubor { $name } přečíst nemohu: soubory tohoto druhu neznám.
   *[unreadable] Soubor { $name } přečíst nemohu: je poškozený, nebo není tím, co říká jeho název.
  }
error-attachment-refused = { attachment-refused }
notice-attachment-refused = { attachment-refused }
notice-attachment-cut = Soubor { $name } je moc dlouhý, abych ho přečetla celý: použila jsem jen jeho začátek, asi { $percent } %.

source-attached = { $name } (přiloženo)
sources-attached-gone = Přiložený soubor už si nepamatuji.

command-attach = Přiloží soubor k vaší příští otázce
command-attach-path = kde soubor leží; `clear` všechny zase odebere
attach-title = Přiložené soubory
attach-waiting = { $files ->
    [0] Na příští otázku nečeká žádný soubor.
    [one] K příští otázce je přiložen jeden soubor.
    [few] K příští otázce jsou přiloženy { $files } soubory.
   *[other] K příští otázce je přiloženo { $files } souborů.
  }
attach-size = { NUMBER($kilobytes, maximumFractionDigits: 1) } kB
