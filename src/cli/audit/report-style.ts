/** The style of the report: light and dark, wide and narrow, screen and paper. */
export const reportStyle = `
:root { --ink: #1b2230; --soft: #5a6474; --line: #d9dee6; --paper: #fff; --raised: #f5f7fa; --good: #17693d; --good-back: #e2f3e8; --warn: #8a4b00; --warn-back: #fdf0dc; --link: #1d4f9c; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8ef; --soft: #9aa5b5; --line: #323a47; --paper: #14181f; --raised: #1c222b; --good: #83d3a2; --good-back: #17311f; --warn: #f2b766; --warn-back: #3a2a10; --link: #8ab4f0; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
header, main, footer { max-width: 70rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2.5rem; }
.kicker { margin: 0; color: var(--soft); letter-spacing: .08em; text-transform: uppercase; font-size: .8rem; }
h1 { margin: .1em 0 0; font-size: 2.2rem; line-height: 1.15; overflow-wrap: anywhere; }
.span { margin: .3em 0 1.5em; color: var(--soft); font-size: 1.05rem; }
h2 { margin: 2.5rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 1.35rem; }
h3 { margin: 1.5rem 0 .4rem; font-size: 1rem; }
p { margin: .4rem 0 .8rem; max-width: 48rem; }
a { color: var(--link); }
code { font: .86em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 0; padding: 0; list-style: none; }
.tiles li { padding: .8rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--raised); color: var(--soft); }
.tiles b { display: block; color: var(--ink); font-size: 1.7rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tiles .bad b, .bad { color: var(--warn); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .45rem .9rem .45rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { color: var(--soft); font-weight: 600; font-size: .85rem; }
tbody th { white-space: nowrap; }
.time { white-space: nowrap; font-variant-numeric: tabular-nums; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
thead th.number { text-align: right; }
.state { display: inline-block; padding: 0 .5em; border-radius: 1em; font-size: .85em; white-space: nowrap; background: var(--raised); color: var(--soft); border: 1px solid var(--line); }
.state.evidence { background: var(--good-back); color: var(--good); border-color: transparent; }
.state.attention { background: var(--warn-back); color: var(--warn); border-color: transparent; }
dl { margin: 0; }
dl div { display: flex; gap: .5em; }
dt { flex: none; color: var(--soft); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
footer { margin-top: 3rem; padding-bottom: 3rem; color: var(--soft); font-size: .9rem; }
@media (max-width: 44rem) {
  header, main, footer { padding-left: 1rem; padding-right: 1rem; }
  h1 { font-size: 1.7rem; }
  .time, tbody th { white-space: normal; }
}
@media print {
  :root { --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --raised: #fff; --good: #000; --good-back: #fff; --warn: #000; --warn-back: #fff; --link: #000; }
  body { font-size: 10pt; }
  header, main, footer { max-width: none; padding: 0; }
  .scroll { overflow: visible; }
  .state { border-color: #888 !important; }
  tr, .tiles li { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  thead { display: table-header-group; }
}
`;
