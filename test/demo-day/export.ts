// Writes the demo's day as JSON for whoever draws it: `node scripts/run.js test/demo-day/export.ts FILE`.
import { writeFileSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { dashboards } from '../../grafana/index.ts';
import type { Answer, Board, Day } from '../../grafana/preview/day.ts';
import { BUILT } from '../support/tools.ts';
import { type Asked, questionsOf } from './ask.ts';
import { dashboardSchema, panelsOf } from './dashboard.ts';
import { PICTURED, startDemoDay } from './day.ts';
import { SHOWN } from './play.ts';
import { readRules, secondsOf } from './rules.ts';
import type { Server } from './server.ts';

/** So many times as long as a dashboard shows by default: of the pools a full day, with its evening and its night. */
const LONGER = 4;

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node scripts/run.js test/demo-day/export.ts FILE');
process.env.PATH = `${resolve(BUILT)}${delimiter}${process.env.PATH}`;

const day = await startDemoDay(readRules(), [JSON.stringify(dashboards)]);
try {
  const boards: Board[] = [];
  for (const { path, json } of dashboards) boards.push(await boardOf(path, json, day.server));
  const written: Day = { boards };
  writeFileSync(file, JSON.stringify(written));
} finally {
  await day.close();
}

async function boardOf(path: string, json: unknown, server: Server): Promise<Board> {
  const board = dashboardSchema.parse(json);
  const seconds = LONGER * secondsOf(board.time.from.replace(/^now-/, ''));
  const questions = await questionsOf(
    { ...board, time: { from: `now-${seconds}s`, to: 'now' } },
    server,
    PICTURED,
    SHOWN,
  );
  const panels: Board['panels'][number][] = [];
  for (const panel of panelsOf(board)) {
    const { type, title, gridPos, options, fieldConfig, transformations } = panel;
    const answers = (await questions.ask(panel)).map(answerOf);
    panels.push({ type, title, gridPos, options, fieldConfig, transformations, answers });
  }
  const variables = [...questions.choices].map(([label, text]) => ({ label, text }));
  return {
    path,
    title: board.title,
    from: questions.span.from * 1000,
    to: questions.span.to * 1000,
    variables,
    panels,
  };
}

function answerOf({ target: { refId, format, legendFormat }, span, series }: Asked): Answer {
  const [from, to, step] = [span.from * 1000, span.to * 1000, span.step * 1000];
  return {
    ...{ refId, format, legendFormat, from, to, step },
    series: series.map(({ labels, points }) => ({
      labels,
      points: points.map(([at, value]) => [at * 1000, String(value)] as const),
    })),
  };
}
