// Centrifuge-go as tests/sdks drives it; sdk-driver.ts says what the lines mean.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/centrifugal/centrifuge-go"
)

type command struct {
	ID      int             `json:"id"`
	Do      string          `json:"do"`
	Channel string          `json:"channel"`
	URL     string          `json:"url"`
	Token   string          `json:"token"`
	Data    json.RawMessage `json:"data"`
	Limit   int32           `json:"limit"`
}

type line map[string]any

var (
	output sync.Mutex
	client *centrifuge.Client
	tokens = make(chan string, 16)
)

func say(message line) {
	text, err := json.Marshal(message)
	if err != nil {
		panic(err)
	}
	output.Lock()
	defer output.Unlock()
	fmt.Println(string(text))
}

func getToken(centrifuge.ConnectionTokenEvent) (string, error) {
	say(line{"event": "token"})
	if token := <-tokens; token != "" {
		return token, nil
	}
	return "", centrifuge.ErrUnauthorized
}

func connect(url, token string) error {
	config := centrifuge.Config{Token: token, GetToken: getToken}
	if os.Args[1] == "protobuf" {
		client = centrifuge.NewProtobufClient(url, config)
	} else {
		client = centrifuge.NewJsonClient(url, config)
	}
	client.OnConnected(func(centrifuge.ConnectedEvent) { say(line{"event": "connected"}) })
	client.OnConnecting(func(e centrifuge.ConnectingEvent) { say(line{"event": "connecting", "code": e.Code}) })
	client.OnDisconnected(func(e centrifuge.DisconnectedEvent) { say(line{"event": "disconnected", "code": e.Code}) })
	return client.Connect()
}

func subscribe(channel string) error {
	sub, err := client.NewSubscription(channel)
	if err != nil {
		return err
	}
	sub.OnSubscribed(func(e centrifuge.SubscribedEvent) {
		say(line{"event": "subscribed", "wasRecovering": e.WasRecovering, "recovered": e.Recovered})
	})
	sub.OnPublication(func(e centrifuge.PublicationEvent) {
		say(line{"event": "publication", "data": json.RawMessage(e.Data), "offset": e.Offset})
	})
	return sub.Subscribe()
}

func run(c command) (any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	switch c.Do {
	case "token":
		tokens <- c.Token
	case "connect":
		return nil, connect(c.URL, c.Token)
	case "subscribe":
		return nil, subscribe(c.Channel)
	case "publish":
		_, err := client.Publish(ctx, c.Channel, c.Data)
		return nil, err
	case "history":
		page, err := client.History(ctx, c.Channel, centrifuge.WithHistoryLimit(c.Limit))
		publications := []line{}
		for _, p := range page.Publications {
			publications = append(publications, line{"data": json.RawMessage(p.Data), "offset": p.Offset})
		}
		return publications, err
	case "presence":
		members, err := client.Presence(ctx, c.Channel)
		users := []string{}
		for _, info := range members.Clients {
			users = append(users, info.User)
		}
		return users, err
	}
	return nil, nil
}

func answer(c command) {
	result, err := run(c)
	if err == nil {
		say(line{"id": c.ID, "result": result})
		return
	}
	code := uint32(0)
	var replied *centrifuge.Error
	if errors.As(err, &replied) {
		code = replied.Code
	}
	say(line{"id": c.ID, "error": line{"code": code, "message": err.Error()}})
}

func main() {
	say(line{"event": "ready"})
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var c command
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			panic(err)
		}
		go answer(c)
	}
}
