/** What else ran on the machine during one measurement, in shares of a core. */
export interface Disturbance {
  readonly othersOnServerCore: number;
  readonly othersOnLoadCore: number;
}

const quietShare = 0.1;

/** Figures of a busy machine look like figures; so a report begins with how busy it was. */
export function describeQuietness(measurements: readonly Disturbance[]): string {
  const disturbed = measurements.filter((measurement) => !isQuiet(measurement)).length;
  if (disturbed === 0) return "The machine was quiet: other processes never took more than 10 % of a core.\n";
  return `NOT QUIET: in ${disturbed} of ${measurements.length} measurements other processes took more than 10 % of a core.\n`;
}

function isQuiet({ othersOnServerCore, othersOnLoadCore }: Disturbance): boolean {
  return Math.max(othersOnServerCore, othersOnLoadCore) <= quietShare;
}
