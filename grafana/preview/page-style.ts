// The looks of a preview, close to Grafana's dark theme.

export const STYLE = `
* { box-sizing: border-box; margin: 0; }
body { background: #111217; color: #ccccdc; font: 14px/1.35 Inter, 'Noto Sans', 'Noto Sans CJK SC', 'Noto Color Emoji', sans-serif; width: 1600px; }
header { height: 60px; padding: 10px 16px 0; display: flex; gap: 24px; align-items: baseline; }
h1 { font-size: 20px; font-weight: 500; }
header p { color: #8e8e9c; font-size: 12px; }
header b { font-weight: 500; color: #ccccdc; margin-right: 12px; }
main { display: grid; grid-template-columns: repeat(24, 1fr); grid-auto-rows: 30px; gap: 8px; padding: 0 16px 16px; }
h2 { font-size: 15px; font-weight: 500; align-self: center; padding-left: 4px; }
h2::before { content: '⌄ '; color: #8e8e9c; }
section { background: #181b1f; border: 1px solid #25272d; border-radius: 2px; overflow: hidden; min-width: 0; }
h3 { font-size: 13px; font-weight: 500; line-height: 32px; padding: 0 8px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.body { padding: 0 8px 8px; height: calc(100% - 32px); overflow: hidden; position: relative; }
.empty { color: #8e8e9c; text-align: center; padding-top: 20px; }
i { display: inline-block; width: 12px; height: 4px; border-radius: 2px; margin-right: 6px; vertical-align: middle; }
a { color: #6e9fff; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.split { display: flex; gap: 8px; }
.split .legend { flex: 1; min-width: 0; align-self: flex-start; }
.legend { font-size: 12px; color: #ccccdc; overflow: hidden; }
div.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; padding: 2px 8px; max-height: 40%; }
table.legend { border-collapse: collapse; width: 100%; }
table.legend td, table.legend th { padding: 1px 6px; height: 20px; white-space: nowrap; font-weight: 400; }
table.legend th { text-align: right; color: #6e9fff; }
table.legend td:first-child { max-width: 170px; overflow: hidden; text-overflow: ellipsis; }
small { color: #8e8e9c; }
.stats { display: flex; height: 100%; }
.stats > div { flex: 1; min-width: 0; }
.stat { position: relative; display: flex; align-items: center; justify-content: center; text-align: center; border-radius: 2px; }
.stat svg { position: absolute; left: 0; bottom: 0; }
.stat > div { position: relative; }
.stat b { font-weight: 600; line-height: 1.1; display: block; white-space: nowrap; }
.stat .name { display: block; font-size: 13px; color: #ccccdc; white-space: nowrap; }
.bars { display: grid; grid-template-columns: minmax(60px, max-content) 1fr max-content; gap: 5px 10px; align-items: center; }
.bars .name { max-width: 190px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: 13px; }
.bars b { font-weight: 500; text-align: right; }
.bar { background: #22252b; border-radius: 2px; overflow: hidden; }
.bar > div { height: 100%; }
.cells { border-collapse: collapse; width: 100%; table-layout: fixed; font-size: 13px; }
.cells th { text-align: left;  font-weight: 500; color: #6e9fff; height: 36px; padding: 0 6px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.cells td { height: 36px; padding: 0 6px; border-top: 1px solid #25272d; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.cells td .bar { display: inline-block; width: calc(100% - 52px); height: 12px; vertical-align: middle; }
.cells td b { display: inline-block; width: 48px; text-align: right; font-weight: 500; }
.cells th.number { text-align: right; }
.timeline { display: grid; align-items: center; }
.timeline .name { font-size: 12px; text-align: right; padding-right: 8px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.lane { position: relative; }
.lane i { position: absolute; top: 10%; height: 80%; margin: 0; border-radius: 0; opacity: 0.85; }
.axis { position: relative; height: 18px; font-size: 11px; color: #8e8e9c; }
.axis span { position: absolute; }
`;
