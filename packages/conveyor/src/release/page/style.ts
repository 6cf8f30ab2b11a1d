// The one style of all pages, named by its digest in their Content-Security-Policy.

export const style = `:root{color-scheme:light dark;
--paper:light-dark(#f6f7f7,#13181a);--sheet:light-dark(#fff,#1b2225);--ink:light-dark(#1c2326,#e3e9eb);
--soft:light-dark(#55636a,#a4b1b7);--line:light-dark(#cfd7da,#3a464b);--accent:light-dark(#0b5a6b,#84cbd9);
--good:light-dark(#14602f,#90d8a9);--good-sheet:light-dark(#e6f4ea,#15301f);
--bad:light-dark(#97190f,#ffa69b);--bad-sheet:light-dark(#fceae7,#3a1a16);
--open:light-dark(#704500,#efc273);--open-sheet:light-dark(#fdf2da,#33280f);
font:1rem/1.55 system-ui,sans-serif}
*{box-sizing:border-box}
body{max-width:62rem;margin:0 auto;padding:1.5rem 1.25rem 3rem;background:var(--paper);color:var(--ink)}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .4rem}h2{font-size:1.15rem;margin:0}p{margin:.4rem 0;max-width:46rem}
a{color:var(--accent);text-underline-offset:.15em}a:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
code,.digest{font:.875em ui-monospace,monospace;overflow-wrap:anywhere}
.soft{color:var(--soft)}
.state{display:inline-block;padding:.1rem .6rem;border-radius:1rem;border:1px solid currentcolor;font-size:.9rem;font-weight:600}
.good{color:var(--good);background:var(--good-sheet)}.bad{color:var(--bad);background:var(--bad-sheet)}.open{color:var(--open);background:var(--open-sheet)}
.chain{display:grid;grid-template-columns:repeat(8,1fr);gap:1.5rem 1.3rem;list-style:none;margin:1.5rem 0 2rem;padding:0}
.chain li{position:relative;display:flex}
.chain a{flex:1;display:block;padding:.5rem .55rem;border:1px solid var(--line);border-left:.35rem solid var(--line);border-radius:.4rem;background:var(--sheet);color:var(--ink);text-decoration:none}
.chain a:hover{border-color:var(--accent)}
.chain b{display:block;font-size:.95rem}.chain span{display:block;font-size:.8rem;line-height:1.3;color:var(--soft)}
.chain .is-good a{border-left-color:var(--good)}.chain .is-bad a{border-left-color:var(--bad)}.chain .is-open a{border-left-color:var(--open)}
.chain svg{position:absolute;left:-1.15rem;top:50%;width:1rem;height:1rem;margin-top:-.5rem;color:var(--soft)}
.chain li:first-child svg{display:none}
section{background:var(--sheet);border:1px solid var(--line);border-radius:.5rem;padding:1rem 1.15rem;margin:1rem 0;scroll-margin-top:1rem}
section h2{display:flex;flex-wrap:wrap;gap:.6rem;align-items:baseline}
dl{display:grid;grid-template-columns:9rem 1fr;gap:.35rem 1rem;margin:.7rem 0}dt{color:var(--soft)}dd{margin:0;min-width:0;overflow-wrap:anywhere}
.claim{display:grid;grid-template-columns:1fr 1fr;gap:1rem;border-top:1px solid var(--line);margin-top:.8rem;padding-top:.7rem}
.claim h3{font-size:.85rem;margin:0 0 .2rem;color:var(--soft);font-weight:600}.claim p{margin:0 0 .3rem}
table{border-collapse:collapse;width:100%;font-size:.92rem}th,td{text-align:left;padding:.35rem .8rem .35rem 0;border-top:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
thead th{border-top:0;color:var(--soft);font-weight:600}
.scroll{overflow-x:auto}
pre{overflow-x:auto;padding:.7rem;border:1px solid var(--line);border-radius:.4rem;background:var(--paper);font-size:.85rem;line-height:1.45;white-space:pre-wrap;overflow-wrap:anywhere}
footer{margin-top:2rem;color:var(--soft);font-size:.92rem}
@media (max-width:60rem){.chain{grid-template-columns:repeat(4,1fr)}.chain li:nth-child(5) svg{display:none}}
@media (max-width:40rem){body{padding:1rem .8rem 2rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}.claim{grid-template-columns:1fr;gap:.6rem}
.chain{grid-template-columns:1fr;gap:1.3rem}.chain li:nth-child(5) svg{display:block}.chain svg{left:1rem;top:-1.2rem;margin:0;transform:rotate(90deg)}}
@media print{:root{color-scheme:light;font-size:10pt}body{max-width:none;padding:0;background:none}section{break-inside:avoid;border-color:#999}a{color:inherit}
.chain{grid-template-columns:repeat(4,1fr)}.chain li:nth-child(5) svg{display:none}}
`;
