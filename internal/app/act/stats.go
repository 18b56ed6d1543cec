package act

import "zhunsheng/internal/store/write"

// Stats is what one batch took, for Config.Batch.
type Stats = write.Stats
