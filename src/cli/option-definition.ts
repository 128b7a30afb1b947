/** An option as data. Its value comes from the flag, else the environment, else the configuration file, else `default`. */
export interface OptionDefinition {
  /** Without the dashes: `quota-per-minute`. */
  readonly name: string;
  readonly short?: string;
  /** How the value is called in the help; without it the option is a switch. */
  readonly value?: string;
  /** May be given more than once: with commas between values, or (in the environment) with blanks, which no id holds. */
  readonly many?: 'commas' | 'blanks';
  readonly summary: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  /** Variables besides `HOLDFAST_<NAME>`, the first that is set counts. */
  readonly variables?: readonly string[];
  /** Path of the value in the configuration file. */
  readonly config?: readonly string[];
}
