// One dashboard as one page: Grafana's grid of 24 columns, its panels, and nothing that moves.
import { createTheme, type DataFrame, dateTime, ThemeContext, type TimeRange } from '@grafana/data';
import { GlobalStyles, PanelChrome } from '@grafana/ui';
import { createRoot } from 'react-dom/client';
import type { Board, Panel } from './day.ts';
import { framesOf } from './frames.ts';
import { missingGlyphs, shownText, watchCanvases } from './glyphs.ts';
import { FONT_FAMILY, heightOf, placeOf, STYLE, WIDTH } from './page-style.ts';
import { PANELS } from './panels.tsx';

declare global {
  interface Window {
    readonly board: Board;
    /** Resolves when all is drawn, with the characters that no font has. */
    drawn: Promise<readonly string[]>;
  }
}

const theme = createTheme({ colors: { mode: 'dark' }, typography: { fontFamily: FONT_FAMILY } });

window.drawn = draw(window.board);

async function draw(board: Board): Promise<readonly string[]> {
  watchCanvases();
  await Promise.all([400, 500, 700].map((weight) => document.fonts.load(`${weight} 14px ${FONT_FAMILY}`)));
  const panels = await Promise.all(
    board.panels.map(async (panel) => ({ panel, frames: await framesOf(panel, theme) })),
  );
  const root = document.getElementById('root');
  if (root === null) throw new Error('the page has no root');
  await new Promise<void>((resolve, reject) => {
    createRoot(root, { onUncaughtError: reject }).render(<Page board={board} panels={panels} />);
    // Charts draw in the frame after the one that knows their size; the table measures itself once more.
    setTimeout(resolve, 1000);
  });
  return missingGlyphs(shownText(), FONT_FAMILY);
}

interface Filled {
  readonly panel: Panel;
  readonly frames: DataFrame[];
}

function Page({ board, panels }: { board: Board; panels: readonly Filled[] }) {
  const time = [board.from, board.to].map((at) => new Date(at).toISOString().slice(0, 16).replace('T', ' '));
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <style>{STYLE}</style>
      <main style={{ width: WIDTH, height: heightOf(board.panels) }}>
        <header>
          <h1>{board.title}</h1>
          {board.variables.map(({ label, text }) => (
            <span key={label}>
              {label} <b>{text}</b>
            </span>
          ))}
          <span>
            Time <b>{time.join(' to ')} UTC</b>
          </span>
        </header>
        {panels.map(({ panel, frames }) => (
          <Placed key={`${panel.gridPos.x} ${panel.gridPos.y}`} panel={panel} frames={frames} />
        ))}
      </main>
    </ThemeContext.Provider>
  );
}

function Placed({ panel, frames }: Filled) {
  const place = placeOf(panel);
  return (
    <div className="placed" style={place}>
      {panel.type === 'row' ? (
        <h2>{panel.title}</h2>
      ) : (
        <PanelChrome title={panel.title} width={place.width} height={place.height}>
          {(innerWidth, innerHeight) => <Body panel={panel} frames={frames} width={innerWidth} height={innerHeight} />}
        </PanelChrome>
      )}
    </div>
  );
}

function Body({ panel, frames, width, height }: Filled & { width: number; height: number }) {
  const Panel = PANELS[panel.type];
  if (Panel === undefined) throw new Error(`the preview does not know the panel ${panel.type}; add it to panels.tsx`);
  // A stat shows by itself what stands for no value.
  if (panel.type !== 'stat' && frames.every(({ length }) => length === 0))
    return <p className="empty">{String(panel.fieldConfig?.defaults.noValue ?? 'No data')}</p>;
  return <Panel {...{ panel, frames, theme, width, height }} range={rangeOf(panel)} />;
}

function rangeOf({ answers: [first] }: Panel): TimeRange {
  if (first === undefined) throw new Error('a panel has no query');
  const [from, to] = [dateTime(first.from), dateTime(first.to)];
  return { from, to, raw: { from, to } };
}
