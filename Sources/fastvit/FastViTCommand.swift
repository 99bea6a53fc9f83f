@main struct FastViTCommand { static func main() {} }
