"""How a guest's page looks: one style sheet for screens, light and dark, for phones and for paper.

It stands in the page itself. The page's policy names its hash, so that no other style is ever
applied, and styles of marks go by class alone.
"""

from dataclasses import fields

from spend.outputs.colours import DARK, LIGHT, Palette


def _variables(palette: Palette) -> str:
    return "".join(f"--{one.name}:{getattr(palette, one.name)};" for one in fields(palette))


STYLE = (
    f":root{{color-scheme:light dark;{_variables(LIGHT)}}}"
    f"@media screen and (prefers-color-scheme:dark){{:root{{{_variables(DARK)}}}}}"
    """
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--text);
 font:15px/1.45 "Source Sans 3","Source Sans Pro",system-ui,-apple-system,"Segoe UI",sans-serif;
 overflow-wrap:break-word}
main{max-width:1080px;margin:0 auto;padding:28px 20px 40px}
h1{font-size:26px;line-height:1.2;margin:0}
h2{font-size:15px;margin:26px 0 6px}
p{margin:4px 0}
.small{color:var(--quiet);font-size:13px}
.message{font-size:19px;line-height:1.35;font-weight:600;margin:18px 0 14px}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:10px;
 margin:18px 0 0;padding:0;list-style:none}
.tiles li{border:1px solid var(--rule);border-radius:6px;padding:9px 11px}
.tiles span{display:block;font-size:13px;color:var(--quiet)}
.tiles data{display:block;font-size:21px;font-weight:600}
.good-said{color:var(--good)}.bad-said{color:var(--bad)}
figure{margin:0}
figcaption{color:var(--quiet);font-size:13px;margin-bottom:4px}
svg{display:block;width:100%;height:auto;font:11px system-ui,-apple-system,"Segoe UI",sans-serif}
.narrow{display:none}
.said{fill:var(--text);paint-order:stroke;stroke:var(--paper);stroke-width:2px;
 stroke-linejoin:round}
.quiet{fill:var(--quiet)}
.actual{fill:var(--ink)}.earlier{fill:var(--earlier)}.paper{fill:var(--paper)}
.budget{fill:none;stroke:var(--ink);stroke-width:1.4}
.forecast,.crossed,.dotted{stroke:var(--ink);stroke-width:1.2}
.hatch{fill:none;stroke:var(--ink);stroke-width:1}
.variance,.quiet-mark{fill:var(--quiet)}
.good{fill:var(--good)}.bad{fill:var(--bad)}
.finance{fill:var(--finance)}.procurement{fill:var(--procurement)}.agreed{fill:var(--agreed)}
.rule{stroke:var(--rule)}.zero{stroke:var(--ink)}.link{stroke:var(--quiet)}
.break{stroke:var(--paper);stroke-width:3}
.whisker{stroke:var(--text);stroke-width:1.3}.point{fill:var(--text)}
.dot{fill:var(--ink);fill-opacity:.55;stroke:var(--paper)}
.curve{fill:none;stroke:var(--ink);stroke-width:2.4}
.finance-line{fill:none;stroke:var(--finance);stroke-width:2}
.procurement-line{fill:none;stroke:var(--procurement);stroke-width:2}
.readings{display:grid;grid-template-columns:repeat(auto-fit,minmax(260px,1fr));gap:16px;
 margin-top:18px}
.readings section{border-left:4px solid var(--rule);padding-left:12px}
.readings h2{margin:0}
.of-finance{border-color:var(--finance)!important}.of-finance h2{color:var(--finance)}
.of-procurement{border-color:var(--procurement)!important}
.of-procurement h2{color:var(--procurement)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13px;line-height:1.3}
th,td{padding:4px 8px;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
th{color:var(--quiet);font-weight:600;vertical-align:bottom}
.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
th.number{white-space:normal}
td:first-child{min-width:130px}
.long{min-width:180px}
.d1{padding-left:22px}.d2{padding-left:36px}.d3{padding-left:50px}.d4{padding-left:64px}
tfoot td{font-weight:600;border-top:1.5px solid var(--text);border-bottom:0}
.paper-only{display:none}
.notes{padding-left:18px;margin:10px 0 0}
.warning{font-weight:600}
dl{columns:2 320px;column-gap:28px;font-size:13px;margin:6px 0 0}
dl div{break-inside:avoid;margin-bottom:8px}
dt{font-weight:600}dd{margin:0;color:var(--quiet)}
footer{margin-top:28px;border-top:1px solid var(--rule);padding-top:10px}
a{color:inherit;overflow-wrap:anywhere}
@media screen and (max-width:640px){
 main{padding:18px 14px 28px}
 .wide{display:none}.narrow{display:block}
 .tiles{grid-template-columns:repeat(2,1fr);gap:8px}
 .message{font-size:17px}
}
@media print{
 @page{size:A4;margin:9mm 11mm}
 :root{color-scheme:light;--text:#000;--ink:#222;--paper:#fff}
 body{font-size:8.2pt;line-height:1.28}
 main{max-width:none;padding:0}
 h1{font-size:14pt}h2{font-size:8.6pt;margin:7pt 0 2pt}
 .message{font-size:10pt;margin:6pt 0 4pt}
 .small,figcaption,table{font-size:6.8pt}dl{font-size:6.2pt}
 .tiles{grid-template-columns:repeat(6,1fr);gap:4pt;margin-top:6pt}
 .tiles li{padding:3pt 5pt;border-color:#bbb}
 .tiles span{font-size:6.2pt}.tiles data{font-size:10.5pt}
 figure{width:64%;margin:0 auto}
 svg,.tiles,.readings,tr{break-inside:avoid}
 .readings{margin-top:6pt;gap:8pt}
 .scroll{overflow:visible}
 th,td{padding:1.1pt 4pt;border-color:#ccc}
 .beyond,.screen-only{display:none}
 .paper-only{display:block}
 td:first-child{min-width:104pt}.long{min-width:0}
 dl{columns:4;column-gap:9pt;margin:2pt 0 0;line-height:1.2}dl div{margin-bottom:2.5pt}
 .notes{margin-top:3pt;font-size:6.2pt;line-height:1.2}
 footer{margin-top:5pt;padding-top:3pt}
 a{text-decoration:none}
}
"""
)
