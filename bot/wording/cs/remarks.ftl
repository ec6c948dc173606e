# Co se říká o tom, co padlo před otázkou.

notice-from-remarks = Vaše dokumenty o tom nic neříkají: odpověď vychází z toho, co tu bylo řečeno dříve, a nemá zdroje.
