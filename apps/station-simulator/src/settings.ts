export interface Setting {
  value: string;
  readOnly?: boolean;
  writeOnly?: boolean;
}

/** What can be read and written on a station, by name: a 1.6 key, or `Component.Variable` of 2.x. */
export class Settings {
  private readonly settings: Map<string, Setting>;

  constructor(
    initial: Record<string, Setting>,
    private readonly onWrite: (name: string, value: string) => void,
  ) {
    this.settings = new Map(Object.entries(initial));
  }

  names(): string[] {
    return [...this.settings.keys()];
  }

  get(name: string): Setting | undefined {
    return this.settings.get(name);
  }

  /** Says what became of it, in the words of 2.x. */
  set(name: string, value: string): 'Accepted' | 'Rejected' | 'UnknownVariable' {
    const setting = this.settings.get(name);
    if (!setting) return 'UnknownVariable';
    if (setting.readOnly) return 'Rejected';
    setting.value = value;
    this.onWrite(name, value);
    return 'Accepted';
  }
}

/** The 1.6 configuration keys of a simulated station. */
export function settings16(evses: number): Record<string, Setting> {
  return {
    HeartbeatInterval: { value: '300' },
    ConnectionTimeOut: { value: '60' },
    MeterValueSampleInterval: { value: '60' },
    MeterValuesSampledData: { value: 'Energy.Active.Import.Register' },
    StopTransactionOnInvalidId: { value: 'true' },
    TransactionMessageAttempts: { value: '3' },
    TransactionMessageRetryInterval: { value: '5' },
    AuthorizationKey: { value: '', writeOnly: true },
    NumberOfConnectors: { value: String(evses), readOnly: true },
    SupportedFeatureProfiles: { value: 'Core,RemoteTrigger', readOnly: true },
  };
}

/** The 2.x device model of a simulated station. */
export function settings2x(evses: number): Record<string, Setting> {
  return {
    'OCPPCommCtrlr.HeartbeatInterval': { value: '300' },
    'SampledDataCtrlr.TxUpdatedInterval': { value: '60' },
    'SampledDataCtrlr.TxUpdatedMeasurands': { value: 'Energy.Active.Import.Register' },
    'TxCtrlr.StopTxOnInvalidId': { value: 'true' },
    'TxCtrlr.EVConnectionTimeOut': { value: '60' },
    'SecurityCtrlr.BasicAuthPassword': { value: '', writeOnly: true },
    'ChargingStation.EvseCount': { value: String(evses), readOnly: true },
  };
}
