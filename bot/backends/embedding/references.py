"""Owns what known texts embed to, so that a model that was put together wrongly is never used.

The vectors are those of the weights in full precision, scaled so that the largest number is 127, as signed bytes in
base 85; only their directions count.
"""

from dataclasses import dataclass

from bot.models.embedding_catalogue import ALL_MINILM_L6_V2, MULTILINGUAL_E5_SMALL


@dataclass(frozen=True, slots=True)
class Reference:
    """A passage and its vector."""

    text: str
    vector: str


REFERENCES = {
    MULTILINGUAL_E5_SMALL.name: (
        Reference(
            text="How much memory does a model with seven billion parameters need?",
            vector=(
                "HVVzPS*{5ie+nN0ZmQ)oKIqG<68Fp~2v!9PP_fU_O86oisM$}o@EtNIB_ISa>8t8MDlsd}t-#P61j-~IS~?9M!^ZL&FT*)C9"
                ";_1Qslom*(Nh@7RMt2Tvf!|vrY8#YJq$0by%#&XFuTe&HcIdF+wBPPWB8KZ*!dEE75Nkk9yn@V`#r|%#4gkYcN<f}L%}fuJP"
                "8E(qn;Z`#Q(~};^N&!!0XW-!~+2n$P-RE()azc+rR`)2j|@@$m+ES+-w&&4CD~}De=2j;y*yZ$3O+jB|_9QBicQT;zb;d<~6"
                "zVq`0Wv+ZZ6n!K4$uNYS<|9z8d|!K&v;RZ+A=CG=-H5j4udn%TV%PtniYM^4|+A}uc-3Gnq9<-ZM{8RBRv@i^ct+x83*)KDW"
                "A79JZ=zvS~u9y_z-w!{3VKrOZmP9FsR#4Wr0-aovj9zwD?)V)5+%@}BtAvT#k<>MVA)dMU{A5iV*5#}^qy87hK@imp96iF2{"
            ),
        ),
        Reference(
            text="Kvantizace zmenšuje váhy modelu: místo šestnácti bitů stačí čtyři.",
            vector=(
                "|I^gEOuPsnJu@QyNaVs3Bm>pH72etl2uK1PKF8a=7u_Zl+0YlY3nLXIXh!Bd4(8%B5eWjq_`%#YFdG0nU_A{X;@#vR`U&9^A"
                "=&uo&equ_%`ZRRGz2>+$M~+*<1!=PBJvZ-<|pvS7})j<APUyv^#KpiJm9;-z3>)J@(Bwx6EQSj-~qng=@!fu7YR4hQMWbOLo"
                "_VS%Huac&-u~A%)#G7&hrB#_!ICC(iTE4+UL;O@8#Vt*X0Ej)6VJ_(=SH$BKkQg6b;8V+cZX<^)t=r_!{#-Jpvzr**_o9^ET"
                "W6+R3K^>L(Y+)5$NQE$Zwr;t2TA<HPR%C>F^q3+G%DDLmHt;q=@_L(=HTIwIKZ`1U?A_{I7i?EB%y9pP3L|1kJ51K=tY=P>R"
                "vF%K;h-R37d8AasOt=Zh%I48*iDf<i0t~2xd-Y&enAtcNc62TkU&ju%;BO%c_%g`Mz*ZUVgF+1PH0^%D@@e>Qt1UcTWBRnZF"
            ),
        ),
        Reference(
            text="To lock a row so that it stays visible, choose View then Freeze Cells. Ctrl+1 formats it.",
            vector=(
                "BJ|<zD*)&SG#(4#e-82;7XIhl4ieKbGC=k+Ov1t63%^MC-S;ZF1^Ed)E(*gW?)=d*0U$rku+HQ(JiP%FSw0LQ#^JU&_}u>^6"
                "2b_%ySU>j+fqN7I@}os!K&fevQ!$b9QZ1(3pO9ZDCxK?Eim8h;>`r#Bk<eOtos);?*~CR86g2&%nse}u2kb4M-N-h4c|u1P!"
                "&AXzRoidyvDTp)zctN;>WWq=`R;Z-uORG>*mz5*WuGIAj-ZT^RdV+<0~x+(eW}y_b0#>>JCYuqciOP=vv|(49^s>zaBoj;x^"
                "UgyS>xO?<hyg@}LKoWck-4>=qc|<O<nYFi+Pe-_vj|`WU_d(YD_}?(@9g8anmM7(G88B@FQw>DT?iB+))B4@w3k{jxGgs00f"
                "TI~7qv@6#kd4HeGR?%DI?6EwQpCm}Eq`!&1#?nkV@3F^Kv*1t*(#V2CJBRI}CvAs7K-3Bu{J3<B-8pbpR<o?mO|2N|6E<p@K"
            ),
        ),
    ),
    ALL_MINILM_L6_V2.name: (
        Reference(
            text="How much memory does a model with seven billion parameters need?",
            vector=(
                "7|pF4-U81k{0;C53f=1$6wc87HrxQ}#oHI<9KRkR7Bep-;Nb!J98U-bZV?swD*V<P=QRnu%fQDJx6$bH_yY*q1w!8i=IZtPA"
                "m0qO3IF}QDfk2~AM6eP{p0FK5%9<?Ha24_{Mai{)%hkF88KnR1=#x?`2ZIPmhZ3t@G=lN<}U^y90Rb)_asgZ!&v>>EZ^ki{T"
                "U}2=KJCe><>g60_rNM0vImooWU{d-!l^c(gP~}9QHPD0>maHdQbI60|w{8@8AsEHM!L~`1<_~@a#7I$=n<U;n%$Y;q?Po=d{"
                "`|uf!1kO$GuW`Q9h%!TS69(l@x=HV@L#=OgLwHZck$Cmg`+1Q_YzGWZrH1la8I*#cR-0}0x_)B5-I!vp*G3>mZ62ly-f%MlL"
                "v_23%-&j$W56c5t?1RhQ5A>r#cMjcxJ!AtoN0sjRPAM)Y*f71_F)$$tT<nsC%^z9YX`5o~VHuK5e{}lH*5&Gl*4f*Z-9|gex"
            ),
        ),
        Reference(
            text="To lock a row so that it stays visible, choose View then Freeze Cells. Ctrl+1 formats it.",
            vector=(
                "+7Fiw{$kzMN+{zO=(wrw(gNcEKkypi2puFT>FTG{*jyOc&<Fba2L$e;6VfH<74XzD<`@#>Rp<Fq2_X;l1~JzM7c~+n1JV`x("
                "#jk^A`1%|2=N~t4BHGGCi=$eAS}+nE*UON@YPtc-7WGg#wDi+!~PcoGY|XyHWU&7`o`h)CI#U9*D@u&5B2oo5C7@S3g8JW{r"
                "M%@2p!rN@Xpcr`u%9}w)6(vClC!sxZ)i4)t>j`{u=@izV;y@+&#;~BI^FjLBGTH{P6wlSJvba%a-s-<@+1oCFB19J^$|BQ6}"
                "UC@aGg4s8j(N|7@xr;L_we4es?DMH>12=ie_C0L=L!+ZFfy05KRJz!u2^+_)AE76stw{__#-PAUZc-VzxB3k@m;!UOgK71`L"
                ")G!ppM-3<Dv_}%*e3F<@d_1PpDFBmxQ6%_6a=Fk1y><a4x74FdDY7Y1Ce=7wSC>9_D7U1{`+c8rD*C^@Z95LB9EeBBz0x8NO"
            ),
        ),
    ),
}
