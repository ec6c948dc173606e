# Karty, které se mění, zatímco příkaz pracuje, a texty vedle sebe na kartě.

live-shared = Už na tom pracuji. Jak to pokračuje, tu mohou sledovat všichni.
live-interrupted = Než to bylo hotové, byla jsem zastavena. Pokračovat budu, když příkaz spustíte znovu.
live-again = Spustit znovu
live-elsewhere = Trvalo to déle, než smím tamní zprávu měnit, takže tady je, jak to dopadlo:
live-in-direct = Tohle je jen pro vás a chvíli to potrvá: jak to pokračuje, vám ukážu v našich přímých zprávách.

pane-cut = (Zbytek se sem nevejde.)
