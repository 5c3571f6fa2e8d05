// The style of the landing page, inline, so that the page needs no second request.

/** In the light and the dark scheme; every text colour has a contrast of at least 4.5 on `page` and on `surface`. */
export const COLOURS = {
  page: ['#f5f6f8', '#101419'],
  surface: ['#ffffff', '#181d24'],
  line: ['#dcdfe4', '#2d343d'],
  track: ['#e6e8ec', '#2d343d'],
  text: ['#1b2027', '#e5e8ec'],
  muted: ['#5a636e', '#9ba5b0'],
  link: ['#0b57b7', '#7fb4ff'],
  calm: ['#1a6e46', '#6cd09a'],
  warning: ['#8f4700', '#f3b25c'],
  critical: ['#b3211c', '#ff8d85'],
} as const;

const variables = (scheme: 0 | 1) =>
  Object.entries(COLOURS)
    .map(([name, colours]) => `--${name}:${colours[scheme]}`)
    .join(';');

/** What is marked with a level has its colour. */
const tones = ['critical', 'warning', 'calm', 'muted'].map((level) => `.${level}{--tone:var(--${level})}`).join('\n');

// Names of alerts reach below the next number, where nothing stands, instead of widening the column.
// The symbols before warnings carry the meaning where colours cannot; `/ ""` keeps screen readers silent about them.
export const STYLE = `
:root{color-scheme:light dark;${variables(0)}}
@media (prefers-color-scheme:dark){:root{${variables(1)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:1480px;margin:0 auto;padding:0 clamp(12px,2.5vw,32px)}
header{padding-top:28px}
footer{padding-top:8px;padding-bottom:40px;color:var(--muted);font-size:13px}
h1{margin:0;font-size:clamp(20px,5vw,26px);line-height:1.25;letter-spacing:-.01em}
h2{margin:0;font-size:20px;line-height:1.3}
h3{margin:22px 0 8px;font-size:14px}
p{margin:6px 0}
a{color:var(--link);text-underline-offset:2px}
a:focus-visible{outline:2px solid var(--link);outline-offset:2px}
code{font:12px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.muted,.note{color:var(--muted)}
${tones}
.note{font-size:13px}
.links{display:flex;flex-wrap:wrap;gap:4px 18px;margin:12px 0 0;padding:0;list-style:none}
.banner{margin:16px 0 0;padding:10px 14px;border:1px solid var(--line);border-left:4px solid var(--tone,var(--link));border-radius:6px;background:var(--surface)}
.banner strong{color:var(--tone)}
section{margin:24px 0;padding:20px clamp(12px,2vw,24px);border:1px solid var(--line);border-radius:10px;background:var(--surface)}
.empty{margin:16px 0 0;padding:24px 16px;border:1px dashed var(--line);border-radius:8px;text-align:center;color:var(--muted)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(128px,1fr));gap:14px 20px;margin:18px 0}
dt{font-size:13px;color:var(--muted)}
dd{margin:0;font-size:22px;line-height:1.25;font-variant-numeric:tabular-nums}
dd small{display:block;font-size:13px;line-height:1.45}
.frame{overflow:hidden;border:1px solid var(--line);border-radius:8px}
table{width:100%;border-collapse:collapse;font-size:14px;line-height:1.4;font-variant-numeric:tabular-nums}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{padding:8px 10px;text-align:left;vertical-align:top;font-weight:400}
thead th{padding-block:9px;border-bottom:1px solid var(--line);color:var(--muted);font-size:12px;font-weight:600;white-space:nowrap}
tbody tr+tr>*{border-top:1px solid var(--line)}
.number{text-align:right;white-space:nowrap}
.pools td,.collectors{overflow-wrap:normal}
.collectors time{display:inline-block}
.pools th:first-child{width:17%;min-width:150px;padding-left:14px}
.pools tbody th{font-weight:600}
.pools tbody th code{display:block;font-weight:400;color:var(--muted)}
.pools .status{min-width:150px}
.pools .last{min-width:100px}
.pools .zone{white-space:nowrap}
tr.warning,tr.critical{box-shadow:inset 4px 0 var(--tone)}
tr.muted td,tr.muted th{color:var(--muted)}
.badges{display:flex;flex-wrap:wrap;gap:4px}
.badge{padding:1px 8px;border:1px solid var(--line);border-radius:99px;font-size:12px;line-height:1.5;white-space:nowrap}
.badge,.remark{color:var(--tone)}
.badge.warning,.badge.critical{border-color:currentColor}
.badge.warning,.badge.critical,.remark.warning,.remark.critical{font-weight:600}
.warning.badge::before,.warning.remark::before{content:"\\25B2\\00A0";content:"\\25B2\\00A0" / "";font-size:.8em}
.critical.badge::before,.critical.remark::before{content:"\\25C6\\00A0";content:"\\25C6\\00A0" / ""}
td .remark{display:block;font-size:12px}
td.last .remark{font-size:inherit}
td.state .remark{display:inline;font-size:inherit}
.used{display:flex;align-items:center;justify-content:flex-end;gap:8px}
.bar{flex:none;width:72px;height:8px;border-radius:4px;background:var(--track);overflow:hidden}
.bar i{display:block;height:100%;border-radius:4px;background:var(--tone)}
.alerts{width:0;margin:4px 0 0;padding:0;list-style:none;font-size:12px;font-weight:400;white-space:nowrap}
.alerts li,.alerts a{color:var(--tone)}
.failures{margin:10px 0 0;padding-left:20px;font-size:14px}
.failures li+li{margin-top:4px}
.banner>:first-child{margin-top:0}
.banner>:last-child{margin-bottom:0}
`;

/** Where a table of pools is too wide, a row is a block of cells with their heads: nothing scrolls sideways, and a refresh moves nothing. */
export const NARROW = (labels: string) => `
@media (max-width:1140px){
.pools,.pools tbody{display:block}
.pools thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.pools tr{display:grid;grid-template-columns:repeat(auto-fill,minmax(92px,1fr));gap:6px 12px;padding:10px 14px}
.pools tbody tr+tr{border-top:1px solid var(--line)}
.pools tbody tr>*{padding:0;border:0;text-align:left}
.pools th:first-child{grid-column:1/-1;width:auto;padding:0}
.pools tbody th code{display:inline}
.pools td::before{display:block;font-size:11px;color:var(--muted)}
.pools .last{min-width:0}
.pools .status{grid-column:span 3;min-width:0}
.pools .zone{grid-column:span 2}
.pools .used{gap:6px;justify-content:flex-start}
td.last .remark{font-size:12px}
.bar{width:44px}
${labels}
}
@media (max-width:600px){section{border-radius:0;border-inline:0;margin-inline:-12px}dl{grid-template-columns:1fr 1fr 1fr}dd{font-size:19px}th,td{padding:7px 5px}th:first-child{padding-left:10px}.number:last-child{padding-right:10px}.collectors thead th{white-space:normal}.pools tr{grid-template-columns:repeat(3,minmax(0,1fr))}.bar{flex-shrink:1}}
`;
