// Package ledger is the record log (存证): heads and parts of records, the Merkle tree over the heads, signed
// checkpoints (存证快照), cosignatures and receipts (回执). Everything here is values in, values out: the store keeps the
// bytes, this package says what they must be. The byte formats and test vectors are in docs/ledger.md.
//
// The tree is that of RFC 6962, cut into tiles as C2SP tlog-tiles lays down; checkpoints follow C2SP tlog-checkpoint
// and signed-note, cosignatures C2SP tlog-cosignature (Ed25519); JSON that is hashed follows RFC 8785.
//
// A writer uses Head, EncodeHead, LeafHash, Frontier and Edge. A reader uses Source with Root, Inclusion, Consistency
// and TileData. A signer uses Signer, a witness Cosigner, a holder of a receipt ParseReceipt and Verify.
package ledger
