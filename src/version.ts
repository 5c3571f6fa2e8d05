// Which build this is; the bundler puts both values in.
declare const __VERSION__: string;
declare const __REVISION__: string;

export const PROGRAM = 'huaweicloud-workspace-exporter';
export const version = typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0-dev';
export const revision = typeof __REVISION__ === 'string' ? __REVISION__ : 'dev';
