// A gauge. Grafana's package does not contain its own: it is drawn here, in its colours, as an arc within a thinner one of thresholds.
import { type FieldDisplay, formattedValueToString, type GrafanaTheme2 } from '@grafana/data';

/** Of a circle, open below. */
const OPEN = 0.3;
const [OUTER, INNER] = [47, 38];

interface GaugeProps {
  readonly value: FieldDisplay;
  readonly width: number;
  readonly height: number;
  readonly theme: GrafanaTheme2;
}

export function Gauge({ value: { display, field }, width, height, theme }: GaugeProps) {
  const [min, max] = [field.min ?? 0, field.max ?? 1];
  const share = (at: number) => Math.min(Math.max((at - min) / (max - min), 0), 1);
  const steps = field.thresholds?.steps ?? [];
  const text = formattedValueToString(display);
  return (
    <svg width={width} height={height} viewBox="0 0 100 85">
      <title>{text}</title>
      {steps.map(({ value, color }, index) => (
        <Arc
          key={color}
          radius={OUTER}
          wide={3}
          from={share(value)}
          to={share(steps[index + 1]?.value ?? Number.POSITIVE_INFINITY)}
          color={theme.visualization.getColorByName(color)}
        />
      ))}
      <Arc radius={INNER} wide={11} from={0} to={1} color={theme.colors.background.secondary} />
      <Arc radius={INNER} wide={11} from={0} to={share(display.numeric)} color={display.color ?? 'gray'} />
      <text x={50} y={58} textAnchor="middle" fontSize={17} fontWeight={500} fill={display.color}>
        {text}
      </text>
    </svg>
  );
}

function Arc(arc: { radius: number; wide: number; from: number; to: number; color: string }) {
  const { radius, wide, from, to, color } = arc;
  const [start, end] = [from, to].map((share) => {
    const angle = 2 * Math.PI * (0.25 + OPEN / 2 + share * (1 - OPEN));
    return `${50 + radius * Math.cos(angle)} ${50 + radius * Math.sin(angle)}`;
  });
  const isLong = (to - from) * (1 - OPEN) > 0.5 ? 1 : 0;
  return (
    <path d={`M ${start} A ${radius} ${radius} 0 ${isLong} 1 ${end}`} stroke={color} strokeWidth={wide} fill="none" />
  );
}
