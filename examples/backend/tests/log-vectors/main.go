// Writes vectors.json: what golang.org/x/mod/sumdb/tlog and .../note say about trees, proofs and checkpoints.
//
//	go run . > vectors.json
//
// Leaves are the bytes "leaf 0", "leaf 1", …, hashed as records of the log; the seed of the key is fixed.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	origin = "consent.example/log/shop"
	leaves = 70
)

type inclusion struct {
	Size  int64    `json:"size"`
	Index int64    `json:"index"`
	Path  []string `json:"path"`
}

type consistency struct {
	Old  int64    `json:"old"`
	New  int64    `json:"new"`
	Path []string `json:"path"`
}

type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		found[i] = s[index]
	}
	return found, nil
}

func main() {
	var nodes stored
	roots := []string{}
	heads := []string{}
	inclusions := []inclusion{}
	consistencies := []consistency{}
	seed := sha256.Sum256([]byte("a seed for tests"))
	signer, key := signerOf(seed[:])

	sign := func(size int64) {
		root, err := tlog.TreeHash(size, nodes)
		check(err)
		roots = append(roots, base64.StdEncoding.EncodeToString(root[:]))
		text := fmt.Sprintf("%s\n%d\n%s\n", origin, size, root)
		signed, err := note.Sign(&note.Note{Text: text}, signer)
		check(err)
		heads = append(heads, string(signed))
	}
	sign(0)
	for n := int64(0); n < leaves; n++ {
		hashes, err := tlog.StoredHashes(n, []byte(fmt.Sprintf("leaf %d", n)), nodes)
		check(err)
		nodes = append(nodes, hashes...)
		sign(n + 1)
	}
	for _, size := range []int64{1, 2, 3, 7, 8, 9, 33, 64, 70} {
		for index := int64(0); index < size; index++ {
			path, err := tlog.ProveRecord(size, index, nodes)
			check(err)
			inclusions = append(inclusions, inclusion{size, index, texts(path)})
		}
		for old := int64(1); old <= size; old++ {
			path, err := tlog.ProveTree(size, old, nodes)
			check(err)
			consistencies = append(consistencies, consistency{old, size, texts(path)})
		}
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", " ")
	out.SetEscapeHTML(false)
	check(out.Encode(map[string]any{
		"origin": origin, "seed": base64.StdEncoding.EncodeToString(seed[:]), "key": key, "nodes": texts(nodes), "roots": roots,
		"checkpoints": heads, "inclusions": inclusions, "consistencies": consistencies,
	}))
}

func signerOf(seed []byte) (note.Signer, string) {
	private := ed25519.NewKeyFromSeed(seed)
	public := append([]byte{1}, private.Public().(ed25519.PublicKey)...)
	key, err := note.NewEd25519VerifierKey(origin, ed25519.PublicKey(public[1:]))
	check(err)
	hash := sha256.Sum256(bytes.Join([][]byte{[]byte(origin), {'\n'}, public}, nil))
	id := binary.BigEndian.Uint32(hash[:4])
	secret := base64.StdEncoding.EncodeToString(append([]byte{1}, seed...))
	signer, err := note.NewSigner(fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", origin, id, secret))
	check(err)
	return signer, key
}

func texts(hashes []tlog.Hash) []string {
	list := []string{}
	for _, hash := range hashes {
		list = append(list, hash.String())
	}
	return list
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
